import { HttpCode, Inject, Post } from '@nestjs/common';
import { InternalController, SchemaBody } from '@smartkey/http';
import type { ToldFacts } from '@smartkey/messages';
import { accountStreams, contractStreams, KNOWLEDGE, type Knowledge } from './knowledge.ts';

const toldFacts = {
  type: 'object',
  required: ['messages'],
  properties: {
    messages: {
      type: 'array',
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['stream', 'type', 'revision', 'data'],
        properties: {
          stream: { type: 'string', maxLength: 100 },
          type: { type: 'string' },
          revision: { type: 'integer', minimum: 0 },
          contract: { type: 'string' },
          data: { type: 'object' },
        },
      },
    },
  },
} as const;

/** Stops, told by their owners before they answer their own callers: known here when this answers. */
@InternalController('facts')
export class FactsController {
  constructor(@Inject(KNOWLEDGE) private readonly knowledge: Knowledge) {}

  @Post('contract')
  @HttpCode(204)
  contract(@SchemaBody(toldFacts) { messages }: ToldFacts): Promise<void> {
    return this.knowledge.contracts.hear(contractStreams(messages));
  }

  @Post('account')
  @HttpCode(204)
  account(@SchemaBody(toldFacts) { messages }: ToldFacts): Promise<void> {
    return this.knowledge.accounts.hear(accountStreams(messages));
  }
}

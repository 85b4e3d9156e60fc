import { HttpCode, Inject, Post } from '@nestjs/common';
import { InternalController, SchemaBody } from '@smartkey/http';
import type { ToldAccount, ToldContract } from '@smartkey/messages';
import { KNOWLEDGE, type Knowledge } from './knowledge.ts';

const messages = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: {
    type: 'object',
    required: ['type', 'revision', 'data'],
    properties: {
      type: { type: 'string' },
      revision: { type: 'integer', minimum: 0 },
      data: { type: 'object' },
      contract: { type: 'string' },
    },
  },
} as const;

const told = (owner: 'account' | 'contract') => ({
  type: 'object',
  additionalProperties: false,
  required: [owner],
  properties: {
    [owner]: { type: 'string', minLength: 1, maxLength: 64 },
    messages,
    facts: {
      type: 'object',
      required: ['revision'],
      properties: { revision: { type: 'integer', minimum: 0 } },
    },
  },
  anyOf: [{ required: ['messages'] }, { required: ['facts'] }],
});

/** Stops, told by their owners before they answer their own callers: known here when this answers. */
@InternalController('facts')
export class FactsController {
  constructor(@Inject(KNOWLEDGE) private readonly knowledge: Knowledge) {}

  @Post('contract')
  @HttpCode(204)
  async contract(@SchemaBody(told('contract')) { contract, messages, facts }: ToldContract): Promise<void> {
    if (facts !== undefined) await this.knowledge.contracts.learn([{ ...facts, contract }]);
    if (messages !== undefined) await this.knowledge.contracts.hear(new Map([[contract, messages]]));
  }

  @Post('account')
  @HttpCode(204)
  async account(@SchemaBody(told('account')) { account, messages, facts }: ToldAccount): Promise<void> {
    if (facts !== undefined) await this.knowledge.accounts.learn([{ ...facts, account }]);
    if (messages !== undefined) await this.knowledge.accounts.hear(new Map([[account, messages]]));
  }
}

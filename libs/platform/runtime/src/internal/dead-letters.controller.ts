import { Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { UnreadableRecord, UnreadableRecords } from '@smartkey/kafka';
import { InternalController, notFoundProblem } from '@smartkey/http';
import { parsePosition } from '@smartkey/kernel';
import { InternalParts } from './internal-parts.ts';

/** As JSON: positions are text, the value is base64. */
export interface DeadLetterView extends Omit<UnreadableRecord, 'id' | 'offset' | 'value'> {
  readonly id: string;
  readonly offset: string;
  readonly value: string | null;
}

export const deadLetterView = ({ id, offset, value, ...record }: UnreadableRecord): DeadLetterView => ({
  ...record,
  id: String(id),
  offset: String(offset),
  value: value === null ? null : Buffer.from(value).toString('base64'),
});

/**
 * What the service's consumers could not read:
 *
 * - `GET /internal/dead-letters` → all of them
 * - `GET /internal/dead-letters/{id}`
 * - `POST /internal/dead-letters/{id}/retry` → `{reason}`: null where it could be read now and is gone
 * - `DELETE /internal/dead-letters/{id}`
 */
@InternalController('dead-letters')
export class DeadLettersController {
  constructor(private readonly parts: InternalParts) {}

  @Get()
  async list(): Promise<{ items: readonly DeadLetterView[] }> {
    return { items: ((await this.parts.unreadable?.list()) ?? []).map(deadLetterView) };
  }

  @Get(':id')
  async show(@Param('id') id: string): Promise<DeadLetterView> {
    const record = await this.#records.find(idOf(id));
    if (record === undefined) throw notFoundProblem();
    return deadLetterView(record);
  }

  @Post(':id/retry')
  @HttpCode(200)
  async retry(@Param('id') id: string): Promise<{ reason: string | null }> {
    if ((await this.#records.find(idOf(id))) === undefined) throw notFoundProblem();
    return { reason: (await this.#records.retry(idOf(id))) ?? null };
  }

  @Delete(':id')
  @HttpCode(204)
  async discard(@Param('id') id: string): Promise<void> {
    if (!(await this.#records.discard(idOf(id)))) throw notFoundProblem();
  }

  get #records(): UnreadableRecords {
    if (this.parts.unreadable === undefined) throw notFoundProblem();
    return this.parts.unreadable;
  }
}

/** Its id is of the size of a position. */
function idOf(text: string): bigint {
  const id = parsePosition(text);
  if (id === undefined) throw notFoundProblem();
  return id;
}

import { Get, Query } from '@nestjs/common';
import { InternalController, IsWholeNumberText } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { InternalParts } from './internal-parts.ts';

/** So many of each kind are told at once. */
const MOST = 20_000;

class SetAsideQuery {
  @IsWholeNumberText({ optional: true, min: 1, max: MOST })
  limit: number = MOST;
}

/** Something that a reader of this service could not take and has set aside: a stream from one event on, or a record of a topic. */
export interface SetAside {
  readonly kind: 'stream' | 'record';
  /** The projection, or the consumer group. */
  readonly reader: string;
  /** The stream with the revision at which it stopped, or topic, partition and offset. */
  readonly place: string;
  /** Whose close waits for it; missing where no contract is known. */
  readonly contract?: string;
  /** How many events wait behind, the first included. */
  readonly waiting: number;
  readonly since: Instant;
}

/** `GET /internal/set-aside?limit=` → what this service's readers have set aside, streams first, of each kind the oldest first; no content and no error text. */
@InternalController('set-aside')
export class SetAsideController {
  constructor(private readonly parts: InternalParts) {}

  @Get()
  async list(@Query() { limit }: SetAsideQuery): Promise<{ items: readonly SetAside[] }> {
    const { projections, unreadable } = this.parts;
    const [streams, records] = await Promise.all([projections.parked(), unreadable?.outline(limit) ?? []]);
    const items: SetAside[] = [
      ...streams.map(({ projection, source, stream, contract, revision, waiting, parkedAt }) => ({
        kind: 'stream' as const,
        reader: projection,
        place: `${source} ${stream}#${revision}`,
        ...(contract !== undefined && { contract }),
        waiting,
        since: parkedAt,
      })),
      ...records.map(({ group, topic, partition, offset, foundAt }) => ({
        kind: 'record' as const,
        reader: group,
        place: `${topic}/${partition}@${offset}`,
        waiting: 1,
        since: foundAt,
      })),
    ];
    return { items: items.slice(0, limit) };
  }
}

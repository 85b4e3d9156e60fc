import { Get, Query } from '@nestjs/common';
import { InternalController, unreadable } from '@smartkey/http';
import { NO_POSITION, parsePosition, type Instant } from '@smartkey/kernel';
import { actorsNamed } from '../log/actors-named.ts';
import { InternalParts } from './internal-parts.ts';

/** So many events are looked through for an answer: some tenths of a second. */
const EVENTS = 5_000;

/** Keys and people that a stretch of a log names. */
export interface ActorsView {
  readonly actors: readonly {
    readonly id: string;
    /** Of the last of their events in the stretch. */
    readonly at: Instant;
  }[];
  /** Position to go on behind. */
  readonly upTo: string;
  /** Nothing lies behind it for now. */
  readonly ended: boolean;
}

/** `GET /internal/log/actors?after=` → `{actors: [{id, at}], upTo, ended}`: in whose names the next events of this service's log were written */
@InternalController('log/actors')
export class ActorsController {
  constructor(private readonly parts: InternalParts) {}

  @Get()
  async read(@Query('after') after = '0'): Promise<ActorsView> {
    const position = parsePosition(after);
    if (position === undefined) throw unreadable('malformed-query', NO_POSITION);
    const { events, upTo } = await this.parts.store.readAll({ after: position, limit: EVENTS });
    return {
      actors: [...actorsNamed(events)].map(([id, at]) => ({ id, at })),
      upTo: String(upTo),
      ended: events.length < EVENTS,
    };
  }
}

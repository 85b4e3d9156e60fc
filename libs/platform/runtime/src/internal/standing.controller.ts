import { Body, Get, HttpCode, Post, Query } from '@nestjs/common';
import {
  type AnchorsAskedJson,
  anchorsAskedFromJson,
  anchorsAskedToJson,
  type AnchorsFound,
  SERVICES,
} from '@smartkey/event-bus';
import { InternalController, unreadable } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { InternalParts } from './internal-parts.ts';
import { standingView, type StandingView } from './loss-answers.ts';

/** How a log went on after a loss was accepted. */
interface IncarnationBegun {
  readonly number: number;
  /** Where the log ended then. */
  readonly keptPosition: string;
  readonly begunAt: Instant | null;
}

/**
 * Whether this service's log has what was read of it.
 *
 * - `GET /internal/log/standing` → `{state, since, incarnation, head, evidence, proposal}`
 * - `GET /internal/log/incarnation` → `{number, keptPosition, begunAt}`: the last that was begun after a loss; `1`, `"0"`, `null` where none was
 * - `POST /internal/log/look` → the same, once the readers here have asked the owners of all logs anew
 * - `POST /internal/log/anchors {anchors: [{reader, position, id, hash, stream, revision, incarnation}]}` → `{known: [true, …], wentBackSince?, incarnations?}`: asked by
 *   readers; a log that lacks one takes no appends from then on
 * - `GET /internal/log/read-anchors?source=` → what this service's readers have of another's log, in the form that is asked
 */
@InternalController('log')
export class StandingController {
  constructor(private readonly parts: InternalParts) {}

  @Post('look')
  @HttpCode(200)
  async look(): Promise<StandingView> {
    await this.parts.watch.look();
    return this.standing();
  }

  @Get('standing')
  standing(): Promise<StandingView> {
    return standingView(this.parts.store);
  }

  @Get('incarnation')
  async incarnation(): Promise<IncarnationBegun> {
    const { standing } = this.parts.store;
    const last = (await standing.incarnations()).at(-1);
    if (last === undefined) return { number: 1, keptPosition: '0', begunAt: null };
    const begunAt = (await standing.begunAt()) ?? null;
    return { number: last.number, keptPosition: String(last.keptPosition), begunAt };
  }

  @Post('anchors')
  @HttpCode(200)
  async anchors(@Body() body: unknown): Promise<AnchorsFound> {
    const asked = anchorsAskedFromJson(body);
    if (asked === undefined)
      throw unreadable('malformed-body', 'Those are no events that were read of a log.');
    return this.parts.feed.compare(asked);
  }

  @Get('read-anchors')
  async readAnchors(@Query('source') source: string | undefined): Promise<AnchorsAskedJson> {
    const service = SERVICES.find((each) => each === source);
    if (service === undefined) throw unreadable('malformed-query', 'There is no service of that name.');
    return anchorsAskedToJson(await this.parts.watch.read(service));
  }
}

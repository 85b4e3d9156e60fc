import { Get, Query } from '@nestjs/common';
import type { KeptFinding } from '@smartkey/event-store';
import { InternalController, unreadable } from '@smartkey/http';
import { NO_POSITION, parsePosition } from '@smartkey/kernel';
import type { LostView } from '../log/lost-facts.ts';
import { InternalParts } from './internal-parts.ts';

const MOST = 1_000;
const LIMIT = /^[1-9]\d{0,3}$/;

/** What losses have left for a person in a service. */
export interface FindingsView {
  /** The newest losses first; one more than is shown, where there are more. */
  readonly findings: readonly KeptFinding[];
}

/**
 * What this service's log has lost, as far as others tell.
 *
 * - `GET /internal/log/lost?after=&limit=` → `{topic, records, count, byType, incomplete, events}`: the events behind the position that its topic holds and it lacks
 * - `GET /internal/log/findings` → `{findings: [{source, number, kind, subject, contract?, detail, at}]}`: what losses left for a person; `key-lost`: an account whose events do not open
 */
@InternalController('log')
export class LostController {
  constructor(private readonly parts: InternalParts) {}

  @Get('lost')
  lost(@Query('after') after = '0', @Query('limit') limit = '200'): Promise<LostView> {
    const position = parsePosition(after);
    if (position === undefined) throw unreadable('malformed-query', NO_POSITION);
    if (!LIMIT.test(limit) || Number(limit) > MOST)
      throw unreadable('malformed-query', `limit is a number from 1 to ${MOST}.`);
    return this.parts.lost.page({ after: position, limit: Number(limit) });
  }

  @Get('findings')
  async findings(): Promise<FindingsView> {
    return { findings: await this.parts.findings.findings() };
  }
}

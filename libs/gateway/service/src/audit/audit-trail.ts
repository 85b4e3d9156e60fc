import { type LogFeeds, SERVICES } from '@smartkey/event-bus';
import { decodeCursor, encodeCursor, type Page } from '@smartkey/http';
import type { Instant, ContractId } from '@smartkey/kernel';
import { withoutPersonal } from '@smartkey/messages';
import { OWN_LOG, type PeopleFeed, type PersonMessage } from '../log/people-feed.ts';
import { mergeLogs, type AnyMessage, type LogName, type LogPart } from './merge-logs.ts';

/** All logs there are. A cursor has a place in each, in this order: what is new stands at the end. */
export const LOGS: readonly LogName[] = [...SERVICES, OWN_LOG];

/** Which events are asked for. */
export interface AuditFilter {
  readonly source?: LogName;
  readonly type?: string;
  readonly stream?: string;
  readonly contract?: ContractId;
}

/** An event of any log, in the published language: without personal data, words of anybody, and secrets. */
export interface AuditEvent {
  readonly id: string;
  readonly source: string;
  /** Place in the log of the source. */
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  /** Business time. */
  readonly occurredAt: Instant;
  /** When the log took it. */
  readonly recordedAt: Instant;
  readonly contract?: ContractId;
  /** In the published language, without names, addresses, reasons and descriptions; no secrets. */
  readonly data: unknown;
}

/** One request looks at no more than so many events of each log; a page may so be short and still have a next. */
const MOST_SCANNED = 10_000;
const READ_AT_ONCE = 1_000;

const matches = (message: AnyMessage, filter: AuditFilter): boolean =>
  (filter.type === undefined || message.type === filter.type) &&
  (filter.stream === undefined || message.stream === filter.stream) &&
  (filter.contract === undefined || message.contract === filter.contract);

/** What a person's event shows is without personal data already. */
const isOfPeople = (message: AnyMessage): message is PersonMessage => message.source === OWN_LOG;

function show(message: AnyMessage): AuditEvent {
  if (isOfPeople(message)) return { ...message, position: String(message.position) };
  const { previous: _previous, position, traceparent: _traceparent, data: _data, ...rest } = message;
  return { ...rest, position: String(position), data: withoutPersonal(message) };
}

/** The position in each log that a cursor names; the beginning without one. @throws ProblemException 422. */
function placesOf(cursor: string | undefined, count: number): readonly bigint[] {
  const kinds = Array.from({ length: count }, () => 'position' as const);
  return cursor === undefined ? kinds.map(() => 0n) : decodeCursor(cursor, ...kinds);
}

/** The logs of all services, and of people, as one list, in the order of recording. */
export class AuditTrail {
  constructor(
    private readonly feeds: LogFeeds,
    private readonly people: PeopleFeed,
  ) {}

  /** @throws FeedUnavailableError (503) where a service does not serve its log. */
  async page(filter: AuditFilter, limit: number, cursor: string | undefined): Promise<Page<AuditEvent>> {
    const sources = filter.source === undefined ? LOGS : [filter.source];
    const from = placesOf(cursor, sources.length);
    const parts = await Promise.all(
      sources.map((source, index) => this.read(source, from[index]!, filter, limit)),
    );
    const { messages, place, more } = mergeLogs(parts, limit);
    return {
      items: messages.map(show),
      nextCursor: more ? encodeCursor(...sources.map((source) => String(place.get(source)))) : null,
    };
  }

  private async read(source: LogName, after: bigint, filter: AuditFilter, limit: number): Promise<LogPart> {
    const messages: AnyMessage[] = [];
    let upTo = after;
    for (let scanned = 0; ;) {
      const page = await this.#pageOf(source, { after: upTo, limit: READ_AT_ONCE });
      messages.push(...page.messages.filter((message) => matches(message, filter)));
      scanned += page.messages.length;
      ({ upTo } = page);
      const more = page.upTo < page.settled;
      if (!more || messages.length >= limit || scanned >= MOST_SCANNED)
        return { source, after, upTo, messages, more };
    }
  }

  #pageOf(
    source: LogName,
    request: { readonly after: bigint; readonly limit: number },
  ): Promise<{
    readonly messages: readonly AnyMessage[];
    readonly upTo: bigint;
    readonly settled: bigint;
  }> {
    return source === OWN_LOG ? this.people.read(request) : this.feeds.read(source, request);
  }
}

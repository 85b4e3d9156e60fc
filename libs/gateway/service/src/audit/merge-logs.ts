import type { Message, ServiceName } from '@smartkey/event-bus';
import type { OWN_LOG, PersonMessage } from '../log/people-feed.ts';

/** Whose log: a service's, or the gateway's own. */
export type LogName = ServiceName | typeof OWN_LOG;

/** An event of any of them. */
export type AnyMessage = Message | PersonMessage;

/** What was read of one log, from where its reader stood. */
export interface LogPart {
  readonly source: LogName;
  /** Place from which the log was looked at, and up to which. */
  readonly after: bigint;
  readonly upTo: bigint;
  readonly messages: readonly AnyMessage[];
  /** There is more behind `upTo`. */
  readonly more: boolean;
}

/** Where a reader of all logs stands: the position in each. */
export type AuditPlace = ReadonlyMap<LogName, bigint>;

function isBefore(a: AnyMessage, b: AnyMessage): boolean {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt;
  return a.source === b.source ? a.position < b.position : a.source < b.source;
}

function placeIn({ after, upTo, messages }: LogPart, shown: number): bigint {
  if (shown === messages.length) return upTo;
  return shown === 0 ? after : messages[shown - 1]!.position;
}

/**
 * Merges parts of logs in the order of recording, each log in its own order. It stops where a part runs out that has more
 * behind it: what comes there may belong before the rest.
 */
export function mergeLogs(
  parts: readonly LogPart[],
  limit: number,
): { readonly messages: readonly AnyMessage[]; readonly place: AuditPlace; readonly more: boolean } {
  const messages: AnyMessage[] = [];
  const shown = parts.map(() => 0);
  const headOf = (index: number): AnyMessage | undefined => parts[index]!.messages[shown[index]!];
  while (messages.length < limit) {
    if (parts.some((part, index) => headOf(index) === undefined && part.more)) break;
    let first: number | undefined;
    for (const index of parts.keys()) {
      const head = headOf(index);
      if (head !== undefined && (first === undefined || isBefore(head, headOf(first)!))) first = index;
    }
    if (first === undefined) break;
    messages.push(headOf(first)!);
    shown[first]! += 1;
  }
  return {
    messages,
    place: new Map(parts.map((part, index) => [part.source, placeIn(part, shown[index]!)])),
    more: parts.some((part, index) => part.more || headOf(index) !== undefined),
  };
}

import type { LogRecord, TransactionLog } from './transaction-log.ts';
import { streamNameOf } from './proposed-append.ts';
import { type streamsTypes, streams } from './generated-messages.ts';

type ReadOptions = streamsTypes.ReadReq.Options;

/** What one `Read` asks for, whichever of its many forms it has. */
export interface ReadRequest {
  readonly forwards: boolean;
  /** `undefined` for a subscription. */
  readonly count: number | undefined;
  /** Events so many of which are looked at between two checkpoints of a filtered subscription. */
  readonly checkpointEvery: number | undefined;
  readonly matches: (record: LogRecord) => boolean;
  /** Of one stream; `undefined` for all of them. */
  readonly stream: string | undefined;
  /** Revision or position; `undefined` for the beginning in the direction of the read. */
  readonly from: bigint | undefined;
  readonly fromEnd: boolean;
}

/** What the server looks at in one go where the client names no window. */
const SEARCH_WINDOW = 32;

export function readRequestOf(options: ReadOptions): ReadRequest {
  const stream = options.getStream();
  const all = options.getAll();
  const subscribes = options.hasSubscription();
  const filter = options.getFilter();
  const window = filter?.getMax() || SEARCH_WINDOW;
  return {
    forwards: options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS,
    count: subscribes ? undefined : Number(options.getCount()),
    checkpointEvery:
      filter === undefined ? undefined : window * (filter.getCheckpointintervalmultiplier() || 1),
    matches: matcherOf(filter),
    stream: stream === undefined ? undefined : streamNameOf(stream.getStreamIdentifier()!),
    from: stream?.hasRevision()
      ? BigInt(stream.getRevision())
      : all?.hasPosition()
        ? BigInt(all.getPosition()!.getCommitPosition())
        : undefined,
    fromEnd: Boolean(stream?.hasEnd() ?? all?.hasEnd()),
  };
}

/** The records of a finite read, in its direction. From where it is told: that one included, but backwards over all. */
export function recordsOf(request: ReadRequest, log: TransactionLog): readonly LogRecord[] {
  const { forwards, stream, from, fromEnd, count = Number.MAX_SAFE_INTEGER, matches } = request;
  const records = stream === undefined ? log.all : log.stream(stream);
  const placeOf = (record: LogRecord) => (stream === undefined ? record.position : BigInt(record.revision));
  if (forwards) {
    if (fromEnd) return [];
    const start = from === undefined ? 0 : records.findIndex((record) => placeOf(record) >= from);
    return start < 0 ? [] : take(records, start, 1, count, matches);
  }
  if (from === undefined && !fromEnd) return [];
  const end =
    from === undefined
      ? records.length - 1
      : records.findLastIndex((record) =>
          stream === undefined ? placeOf(record) < from : placeOf(record) <= from,
        );
  return take(records, end, -1, count, matches);
}

function take(
  records: readonly LogRecord[],
  start: number,
  step: 1 | -1,
  count: number,
  matches: (record: LogRecord) => boolean,
): LogRecord[] {
  const taken: LogRecord[] = [];
  for (let i = start; i >= 0 && i < records.length && taken.length < count; i += step)
    if (matches(records[i]!)) taken.push(records[i]!);
  return taken;
}

function matcherOf(filter: streamsTypes.ReadReq.Options.FilterOptions | undefined): ReadRequest['matches'] {
  if (filter === undefined) return () => true;
  const byType = filter.hasEventType();
  const expression = byType ? filter.getEventType()! : filter.getStreamIdentifier()!;
  const prefixes = expression.getPrefixList();
  const regex = prefixes.length === 0 ? new RegExp(expression.getRegex()) : undefined;
  return (record) => {
    const text = byType ? record.type : record.stream;
    return regex?.test(text) ?? prefixes.some((prefix) => text.startsWith(prefix));
  };
}

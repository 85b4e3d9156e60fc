import { setImmediate as yieldToOthers } from 'node:timers/promises';
import {
  type FeedPage,
  type LogFeeds,
  type Message,
  partitionOf,
  type ServiceName,
  SourceLacksEventError,
} from '@smartkey/event-bus';
import { type Anchor, anchorOf } from '@smartkey/event-store';
import { ended, OperatorError } from '@smartkey/lifecycle';
import type { Projector } from '../projector/projector.ts';

/** Events that are asked for at once; while they are applied, the next are read. */
const FEED_PAGE = 5_000;

/** The logs end before the place up to which the tables that serve have read them. */
class LogBehindTablesError extends OperatorError {
  override readonly name = 'LogBehindTablesError';
}

/** A log that is read into a generation, whose marks stand on the partitions of its topic. */
export interface ReadLog {
  readonly projector: Projector;
  readonly feeds: LogFeeds;
  readonly source: ServiceName;
  /** Partitions of its topic. */
  readonly of: number;
  /** How far each partition is read; missing: all of them to the settled end of the log, with what it promises. */
  readonly ends?: ReadonlyMap<number, bigint>;
  /** What the owner of the log knows the generation by; missing: it need not know. */
  readonly reader?: (partition: number) => string;
  /** Told how many messages were applied, after those of each partition. */
  readonly told?: (messages: number) => void;
  readonly stop?: AbortSignal;
}

/** How far a partition was read, and how far it is to be. */
interface Stretch {
  reached: bigint;
  readonly end: bigint | undefined;
}

/** Where a log is read on. */
interface Place {
  readonly after: bigint;
  /** The event there, and its partition. */
  readonly event?: Anchor | undefined;
  readonly partition: number;
}

const isOpen = ({ reached, end }: Stretch): boolean => end === undefined || reached < end;

/**
 * Reads a log once, in however many partitions it lies on its topic, and goes on where the generation's marks stand.
 * @returns how many messages were applied. What was applied stays, whatever is thrown.
 * @throws LogBehindTablesError; SourceLacksEventError where the log lacks what was read of it; what the feed and the projector throw.
 */
export async function readLog(log: ReadLog): Promise<number> {
  const { projector, source, of, ends, told = () => undefined, stop } = log;
  const stretches = await stretchesOf(log);
  const open = (): readonly Stretch[] => [...stretches.values()].filter(isOpen);
  let place: Place | undefined = await firstPlace(log, stretches);
  let applied = 0;
  let next = place && pageAt(log, place);
  try {
    while (place !== undefined && next !== undefined) {
      stop?.throwIfAborted();
      const page: FeedPage = await next;
      if (page.known === false) throw new SourceLacksEventError(source);
      const parts = byPartition(page.messages, of, stretches);
      for (const [partition, messages] of parts)
        stretches.get(partition)!.reached = messages.at(-1)!.position;
      const atEnd = page.upTo === place.after || (ends === undefined && page.upTo === page.settled);
      place = atEnd || open().length === 0 ? undefined : placeBehind(place, page, of);
      next = place && pageAt(log, place);
      // It may fail while nobody waits for it yet.
      if (next !== undefined) void ended(next);
      const { watermark } = page;
      for (const [partition, { reached }] of stretches) {
        const messages = parts.get(partition) ?? [];
        const promise = ends === undefined &&
          watermark !== undefined && { watermark: { ...watermark, position: reached } };
        if (messages.length === 0 && promise === false) continue;
        await projector.handle({ source, partition, messages, ...promise });
        applied += messages.length;
        told(messages.length);
      }
      await yieldToOthers();
    }
  } finally {
    // Whoever is told that this has ended may close the database.
    if (next !== undefined) await ended(next);
  }
  const behind = ends === undefined ? undefined : open()[0];
  if (behind !== undefined)
    throw new LogBehindTablesError(
      `the log of ${source} ends before ${behind.end}, up to where the tables that serve have read it`,
    );
  return applied;
}

async function stretchesOf({ projector, source, of, ends }: ReadLog): Promise<ReadonlyMap<number, Stretch>> {
  const stretches = new Map<number, Stretch>();
  for (const partition of ends?.keys() ?? Array(of).keys())
    stretches.set(partition, {
      reached: await projector.positionOf(source, partition),
      end: ends?.get(partition),
    });
  return stretches;
}

/** Where the mark stands that is furthest behind; undefined where nothing is left to read. */
async function firstPlace(
  { projector, source }: ReadLog,
  stretches: ReadonlyMap<number, Stretch>,
): Promise<Place | undefined> {
  const [first] = [...stretches]
    .filter(([, stretch]) => isOpen(stretch))
    .sort(([, a], [, b]) => (a.reached < b.reached ? -1 : 1));
  if (first === undefined) return undefined;
  const [partition, { reached: after }] = first;
  return { after, event: await projector.eventOf(source, partition), partition };
}

function placeBehind(before: Place, { messages, upTo: after }: FeedPage, of: number): Place {
  const last = messages.at(-1);
  if (last === undefined) return { ...before, after };
  return { after, event: anchorOf(last), partition: partitionOf(last.stream, of) };
}

const pageAt = ({ feeds, source, reader }: ReadLog, { after, event, partition }: Place): Promise<FeedPage> =>
  feeds.read(source, {
    after,
    limit: FEED_PAGE,
    ...(event === undefined || reader === undefined ? {} : { event, reader: reader(partition) }),
  });

/** Messages of a page by their partitions, each linked to the one before it there; those that are read already or lie behind the end are left out. */
function byPartition(
  messages: readonly Message[],
  of: number,
  stretches: ReadonlyMap<number, Stretch>,
): ReadonlyMap<number, readonly Message[]> {
  const parts = new Map<number, Message[]>();
  for (const message of messages) {
    const partition = partitionOf(message.stream, of);
    const stretch = stretches.get(partition);
    if (stretch === undefined || message.position <= stretch.reached) continue;
    if (stretch.end !== undefined && message.position > stretch.end) continue;
    const part = parts.get(partition) ?? [];
    parts.set(partition, part);
    part.push({ ...message, previous: part.at(-1)?.position ?? stretch.reached });
  }
  return parts;
}

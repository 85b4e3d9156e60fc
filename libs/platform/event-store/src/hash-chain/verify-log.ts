import type { RecordedEvent } from '@smartkey/kernel';
import type { EventStore } from '../event-store.port.ts';
import { verifyStream, type ChainBreak, type ChainLink } from './verify-stream.ts';

export interface LogVerification {
  readonly events: number;
  readonly streams: number;
  /** The first broken place of each stream that is not sound. */
  readonly breaks: readonly ChainBreak[];
}

export interface VerifyLogOptions {
  /** Hears how many events were followed. */
  readonly progress?: ((events: number) => void) | undefined;
  /** Is given each page, in the order of the log. */
  readonly page?: (events: readonly RecordedEvent[]) => Promise<void>;
  readonly pageSize?: number;
}

/**
 * Follows the hash over every stream of a log, from its first event to its settled end, and names what is stored otherwise than it
 * is read. Reads page by page and keeps the last hash of each stream: some 200 bytes a stream.
 */
export async function verifyLog(
  store: Pick<EventStore, 'readAll' | 'irregular'>,
  { progress, page: visit, pageSize = 2_000 }: VerifyLogOptions = {},
): Promise<LogVerification> {
  const links = new Map<string, ChainLink>();
  const broken = new Map<string, ChainBreak>();
  let events = 0;
  for (let after = 0n; ;) {
    const page = await store.readAll({ after, limit: pageSize });
    for (const [stream, part] of byStream(page.events)) {
      if (broken.has(stream)) continue;
      const found = verifyStream(part, links.get(stream));
      if (found !== undefined) broken.set(stream, found);
      const last = part.at(-1)!;
      links.set(stream, { revision: last.revision, hash: last.hash });
    }
    events += page.events.length;
    progress?.(events);
    await visit?.(page.events);
    if (page.upTo === after || page.events.length === 0) break;
    after = page.upTo;
  }
  for (const found of (await store.irregular?.()) ?? [])
    if (!broken.has(found.stream)) broken.set(found.stream, found);
  return { events, streams: links.size, breaks: [...broken.values()] };
}

function byStream(events: readonly RecordedEvent[]): ReadonlyMap<string, readonly RecordedEvent[]> {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const part = streams.get(event.stream);
    if (part === undefined) streams.set(event.stream, [event]);
    else part.push(event);
  }
  return streams;
}

import { describe, expect, it } from '@jest/globals';
import type { FeedPage, FeedRequest, Message } from '../event-bus.port.ts';
import { SourceLacksEventError } from '../feed/source-lacks-event-error.ts';
import { LogTail } from './log-tail.ts';

const BATCH = 100;
const OPTIONS = { batch: BATCH, source: 'contract', reader: 'a test' } as const;

/** A log of so many messages, each with so many characters of data, and from where it was read. */
function logOf(length: number, characters: number): { reads: bigint[]; tail: LogTail } {
  const reads: bigint[] = [];
  const read = ({ after, limit }: FeedRequest): Promise<FeedPage> => {
    reads.push(after);
    const messages = Array.from({ length: Math.min(limit, length - Number(after)) }, (_, index) => {
      const position = after + BigInt(index + 1);
      return { position, previous: position - 1n, data: 'x'.repeat(characters) } as unknown as Message;
    });
    const upTo = messages.at(-1)?.position ?? after;
    return Promise.resolve({ messages, upTo, settled: BigInt(length) });
  };
  return { reads, tail: new LogTail({ read }, { ...OPTIONS, pollMillis: 1_000 }) };
}

async function readAll(tail: LogTail, length: number): Promise<readonly bigint[]> {
  const positions: bigint[] = [];
  while (positions.length < length)
    positions.push(...(await tail.next(positions.at(-1) ?? 0n)).messages.map(({ position }) => position));
  return positions;
}

describe('the end of a log that subscribers share', () => {
  it.each([
    ['small ones are kept by their number', 12_000, 10, 7_000n],
    ['large ones by their size', 1_200, 10_000, 800n],
    ['and the newest page whatever it is', 300, 200_000, 200n],
  ])('%s', async (_what, length, characters, kept) => {
    const { reads, tail } = logOf(length, characters);
    const all = Array.from({ length }, (_, index) => BigInt(index + 1));
    expect(await readAll(tail, length)).toEqual(all);
    // Who comes later has every message, too: the newest without another read.
    expect(await readAll(tail, length)).toEqual(all);
    reads.length = 0;
    await tail.next(kept);
    expect(reads).toEqual([]);
    await tail.next(0n);
    expect(reads).toEqual([0n]);
  });

  it('looks again for what it was told of until that is settled, though nobody tells it again', async () => {
    let tell!: (position: bigint) => void;
    let held = 3;
    const read = ({ after }: FeedRequest): Promise<FeedPage> => {
      // An older transaction holds the end of the log back for some looks.
      held -= 1;
      const settled = held > 0 ? 0n : 7n;
      const message = { position: 7n, previous: 0n, data: {} } as unknown as Message;
      const messages = settled === 7n && after < 7n ? [message] : [];
      return Promise.resolve({ messages, upTo: settled, settled });
    };
    const onNews = (listener: (position: bigint) => void): (() => void) => {
      tell = listener;
      return () => undefined;
    };
    const tail = new LogTail({ read, onNews }, { ...OPTIONS, pollMillis: 3_600_000 });
    tail.open();
    expect((await tail.next(0n)).messages).toEqual([]);
    tell(7n);
    const found: bigint[] = [];
    while (found.length === 0) {
      const seen = tail.version;
      found.push(...(await tail.next(0n)).messages.map(({ position }) => position));
      if (found.length === 0) await tail.news(seen);
    }
    expect(found).toEqual([7n]);
    await tail.close();
  });

  it('lets nobody go on behind what the log lacks, and gives nothing of it to a reader that was put back', async () => {
    const messageAt = (position: bigint) =>
      ({ position, id: `id-${position}`, hash: `hash-${position}`, data: {} }) as unknown as Message;
    let end = 7n;
    const read = ({ after, event }: FeedRequest): Promise<FeedPage> => {
      if (event !== undefined && event.position > end)
        return Promise.resolve({ messages: [], upTo: after, settled: after, known: false });
      const messages = [5n, 6n, 7n].filter((each) => each > after && each <= end).map(messageAt);
      return Promise.resolve({ messages, upTo: end > after ? end : after, settled: end });
    };
    let tell!: (position: bigint) => void;
    const onNews = (listener: (position: bigint) => void): (() => void) => {
      tell = listener;
      return () => undefined;
    };
    const tail = new LogTail({ read, onNews }, { ...OPTIONS, pollMillis: 3_600_000 });
    tail.open();
    const positionsOf = async (after: bigint) =>
      (await tail.next(after)).messages.map(({ position }) => position);
    expect(await positionsOf(0n)).toEqual([5n, 6n, 7n]);
    // An older copy is put back, behind whose end the same positions are given again.
    end = 5n;
    tell(0n);
    await expect(tail.next(7n)).rejects.toBeInstanceOf(SourceLacksEventError);
    expect(await positionsOf(5n)).toEqual([]);
    end = 6n;
    tell(6n);
    expect(await positionsOf(5n)).toEqual([6n]);
    await tail.close();
  });

  it('tells who stands on an event that a loss took, though another lies at its place by now', async () => {
    const at = (position: bigint, id: string) =>
      ({ position, id, hash: `hash of ${id}`, stream: 's', revision: 0, incarnation: 1, data: {} }) as const;
    const kept = at(7n, 'appended behind the loss');
    const asked: unknown[] = [];
    const read = ({ after, event }: FeedRequest): Promise<FeedPage> => {
      asked.push(event?.id);
      if (event !== undefined && event.id !== kept.id)
        return Promise.resolve({ messages: [], upTo: after, settled: after, known: false });
      const messages = after < 7n ? [kept as unknown as Message] : [];
      return Promise.resolve({ messages, upTo: 7n, settled: 7n });
    };
    const tail = new LogTail({ read }, { ...OPTIONS, pollMillis: 3_600_000 });
    expect((await tail.next(0n)).messages).toHaveLength(1);
    expect((await tail.next(7n, kept)).messages).toEqual([]);
    await expect(tail.next(7n, at(7n, 'given up'))).rejects.toBeInstanceOf(SourceLacksEventError);
    // Who stands on what the log has goes on.
    expect((await tail.next(7n, kept)).messages).toEqual([]);
    expect(asked).toContain('given up');
    await tail.close();
  });
});

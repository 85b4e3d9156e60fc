import { describe, expect, it } from '@jest/globals';
import type { AnchorsFound, LogFeeds } from '@smartkey/event-bus';
import type { MarkBoard } from './mark-board.ts';
import type { Marks } from './marks.ts';
import { Progress } from './progress.ts';

/** A reader that has taken in a log to its end at 30, which goes on after a loss where there is one. */
function readerAtTheEnd(oldHead?: bigint): Progress {
  const event = {
    id: '00000000-0000-8000-8000-00000000aaaa',
    hash: 'ab'.repeat(32),
    stream: 's',
    revision: 0,
    incarnation: 1,
  };
  const found: AnchorsFound = {
    known: [],
    ...(oldHead !== undefined && {
      incarnations: [
        {
          number: 2,
          id: 'cccccccc-0000-4000-8000-000000000000',
          keptPosition: '20',
          oldHead: { ...event, position: String(oldHead) },
        },
      ],
    }),
  };
  const feeds: LogFeeds = {
    read: (_source, { after }) => Promise.resolve({ messages: [], upTo: after, settled: after }),
    compare: () => Promise.resolve(found),
  };
  const marks = {
    all: () => Promise.resolve([{ consumer: 'c', source: 'contract', partition: 0, position: 30n }]),
  } as unknown as Marks;
  const board = { position: () => undefined, moved: () => undefined } as unknown as MarkBoard;
  return new Progress({ marks, board, feeds, partitions: () => Promise.resolve(1) });
}

describe('how far a reader is', () => {
  it('is not known as long as its log has not settled so far', async () => {
    expect(await readerAtTheEnd().isAt('c', 'contract', 40n)).toBe(false);
  });

  it('is far enough for a place that was given up with a loss: nobody waits for what never comes', async () => {
    expect(await readerAtTheEnd(50n).isAt('c', 'contract', 40n)).toBe(true);
  });

  it('is not far enough for what was written since', async () => {
    expect(await readerAtTheEnd(50n).isAt('c', 'contract', 60n)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@smartkey/kernel';
import { seriesUpToDate } from './series-up-to-date.ts';

/** A series whose last document stands at 100, while the read model shows the log up to some position. */
const shown = (upTo: bigint, last: Partial<RecordedEvent> | undefined = { revision: 7, position: 100n }) => ({
  store: { readStream: () => Promise.resolve(last === undefined ? [] : [last as RecordedEvent]) },
  documents: { reached: (_source: string, position: bigint) => Promise.resolve(position <= upTo) },
});

describe('the end of a series that a document is decided upon', () => {
  it('is known once the read model shows its last document', async () => {
    expect(await seriesUpToDate(shown(100n), 'SK', 1)).toBe(7);
  });

  it('is not known while that document is missing, wherever the log is settled', async () => {
    expect(await seriesUpToDate(shown(99n), 'SK', 1)).toBeUndefined();
  });

  it('before its first document is -1, and nothing is waited for', async () => {
    expect(
      await seriesUpToDate({ ...shown(0n), store: { readStream: () => Promise.resolve([]) } }, 'SK', 1),
    ).toBe(-1);
  });
});

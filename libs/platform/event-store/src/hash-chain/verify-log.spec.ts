import { describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import type { RecordedEvent } from '@smartkey/kernel';
import { hashOf, verifyLog, ZERO_HASH } from '../index.ts';
import { StreamEnds } from './stream-ends.ts';
import type { VerifiedStore } from './verify-log.ts';

const STREAMS = 60;
const REVISIONS = 4;

/** A log whose streams take turns, so many at a time: between two events of one stand those of the others. */
function logOf(together = STREAMS): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const hashes = new Map<string, string>();
  for (let first = 0; first < STREAMS; first += together)
    for (let k = 0; k < REVISIONS * together; k += 1) {
      const [revision, n] = [Math.floor(k / together), first + (k % together)];
      const stream = `contract-ctr_${n}`;
      const made: RecordedEvent = {
        stream,
        revision,
        position: BigInt(10 * (events.length + 1)),
        id: derivedUuid(n, revision),
        type: 'PriceQuoted',
        version: 1,
        data: { amount: '300', text: 'a "quoted" \\ text\n株式会社' },
        metadata: { commandId: 'cmd', actor: { role: 'operator', key: 'key_1' } },
        occurredAt: '2018-01-01T00:00:00.000Z',
        recordedAt: '2018-01-01T00:00:01.000Z',
        hash: '',
      };
      const hash = hashOf(made, hashes.get(stream) ?? ZERO_HASH);
      hashes.set(stream, hash);
      events.push({ ...made, hash });
    }
  return events;
}

/** What a store says of these events. @param asked counts the ends that were asked for. */
function storeOf(events: readonly RecordedEvent[], asked = { ends: 0 }): VerifiedStore {
  const log = [...events].sort((a, b) => Number(a.position - b.position));
  return {
    readAsStored: ({ after, limit }) => {
      const page = log.filter(({ position }) => position > after).slice(0, limit);
      return Promise.resolve({ events: page, upTo: page.at(-1)?.position ?? after, irregular: [] });
    },
    endsBefore: (position, places) => {
      asked.ends += places.length;
      return Promise.resolve(
        places.map(({ stream }) =>
          log.findLast((each) => each.stream === stream && each.position <= position),
        ),
      );
    },
  };
}

/** As few ends are kept as can be, so that most are asked for. */
const verified = (events: readonly RecordedEvent[], asked?: { ends: number }) =>
  verifyLog(storeOf(events, asked), { pageSize: 7, ends: new StreamEnds(3) });

describe('the verification of a log', () => {
  it('keeps the ends of a few streams, and asks for the others', async () => {
    const asked = { ends: 0 };
    const sound = { events: STREAMS * REVISIONS, streams: STREAMS, broken: 0, breaks: [] };
    expect(await verified(logOf(), asked)).toEqual(sound);
    expect(asked.ends).toBeGreaterThan(STREAMS * (REVISIONS - 1));
    // With room for all of them, those of new streams alone.
    asked.ends = 0;
    expect(await verifyLog(storeOf(logOf(), asked))).toEqual(sound);
    expect(asked.ends).toBe(0);
  });

  it.each([1, 2, 3, 4, 10])(
    'follows streams whose ends are forgotten while a page is read, %i together',
    async (together) => {
      const store = storeOf(logOf(together));
      for (const half of [1, 2, 3, 5])
        for (const pageSize of [1, 2, 5, 7, 50]) {
          const { breaks, streams } = await verifyLog(store, { pageSize, ends: new StreamEnds(half) });
          expect({ breaks, streams }).toEqual({ breaks: [], streams: STREAMS });
        }
    },
  );

  const changed = (change: (events: RecordedEvent[]) => void) => {
    const events = logOf();
    change(events);
    return events;
  };
  const at = (events: RecordedEvent[], stream: string, revision: number): number =>
    events.findIndex((each) => each.stream === stream && each.revision === revision);
  const stream = 'contract-ctr_7';

  it.each<[string, RecordedEvent[], object]>([
    [
      'a payload that was changed',
      changed((events) => {
        const n = at(events, stream, 1);
        events[n] = { ...events[n]!, data: { amount: '3' } };
      }),
      { stream, revision: 1, kind: 'altered' },
    ],
    [
      'an event that was taken out',
      changed((events) => void events.splice(at(events, stream, 1), 1)),
      { stream, revision: 1, kind: 'missing', detail: 'revision 2 stands here' },
    ],
    [
      'the first event that was taken out',
      changed((events) => void events.splice(at(events, stream, 0), 1)),
      { stream, revision: 0, kind: 'missing', detail: 'revision 1 stands here' },
    ],
    [
      'two events of a stream that changed places',
      changed((events) => {
        const [a, b] = [at(events, stream, 1), at(events, stream, 3)];
        const [first, second] = [events[a]!, events[b]!];
        events[a] = { ...second, position: first.position };
        events[b] = { ...first, position: second.position };
      }),
      { stream, revision: 1, kind: 'missing', detail: 'revision 3 stands here' },
    ],
    [
      'an event that stands there twice',
      changed((events) => {
        const again = events[at(events, stream, 1)]!;
        events.push({ ...again, position: again.position + 601n });
      }),
      { stream, revision: 3, kind: 'missing', detail: 'revision 1 stands here' },
    ],
  ])('names %s as it does where it knows all ends', async (_what, events, broken) => {
    const found = await verified(events);
    expect(found.breaks).toMatchObject([broken]);
    expect(await verifyLog(storeOf(events), { pageSize: 10_000 })).toEqual(found);
  });

  it('names the first thousand broken streams, and how many there are', async () => {
    const [first] = logOf(1);
    const written = Array.from({ length: 1_500 }, (_, n): RecordedEvent => {
      const made = { ...first!, stream: `contract-ctr_${n}`, position: BigInt(n + 1) };
      return { ...made, hash: n < 1_234 ? ZERO_HASH : hashOf(made, ZERO_HASH) };
    });
    const irregular = ['contract-ctr_3', 'contract-ctr_1300'].map((name) => ({
      stream: name,
      revision: 0,
      kind: 'altered' as const,
      detail: 'a number',
    }));
    const store = { ...storeOf(written), irregular: () => Promise.resolve(irregular) };
    const { broken, breaks, streams } = await verifyLog(store);
    expect({ broken, named: breaks.length, streams }).toEqual({
      broken: 1_235,
      named: 1_000,
      streams: 1_500,
    });
    expect(breaks.at(-1)).toMatchObject({ stream: 'contract-ctr_999', kind: 'altered' });
  });

  it('tells the failure of a read, also of the one that was ahead', async () => {
    const store = storeOf(logOf());
    const failing: VerifiedStore = {
      ...store,
      readAsStored: (options) =>
        options.after > 100n ? Promise.reject(new Error('the server is gone')) : store.readAsStored(options),
    };
    await expect(verifyLog(failing, { pageSize: 7 })).rejects.toThrow('the server is gone');
  });
});

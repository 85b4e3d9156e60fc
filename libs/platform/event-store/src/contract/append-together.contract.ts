import { describe, expect, it } from '@jest/globals';
import { plusMillis } from '@smartkey/kernel';
import { verifyStream, type EventStore, type ExpectedRevision } from '../index.ts';
import { eventsOf, fenceOf, freshStream, type TestedLog } from './tested-log.contract.ts';

/** Appends that are made all or none. */
export function appendTogetherContract(log: TestedLog): void {
  describe('appends that go together, where the store can', () => {
    const together = async (appends: Parameters<EventStore['appendMany']>[0]) =>
      log.store.appendTogether === undefined ? 'cannot' : log.store.appendTogether(appends);

    it('are made all, with chains that can be verified, and follow one another in the log', async () => {
      const [long, short, known] = [freshStream(), freshStream(), await log.streamOf(3)];
      const results = await together([
        { stream: long, expected: 'no-stream', events: eventsOf(long, 5) },
        { stream: known, expected: 2, events: eventsOf(known, 4, '/more') },
        { stream: short, expected: 'no-stream', events: eventsOf(short, 1) },
      ]);
      if (results === 'cannot') return;
      expect(results!.map(({ revision }) => revision)).toEqual([4, 6, 0]);
      const positions = results!.flatMap(({ events }) => events.map(({ position }) => position));
      expect(positions.map((position) => position - positions[0]!)).toEqual(
        Array.from({ length: 10 }, (_, index) => BigInt(index)),
      );
      for (const [n, stream] of [long, known, short].entries()) {
        const read = await log.store.readStream(stream);
        expect(verifyStream(read)).toBeUndefined();
        expect(read.slice(-results![n]!.events.length)).toEqual(results![n]!.events);
      }
    });

    it('are not made at all where one stream is not where it is expected, an id is in the log, or the fence has passed', async () => {
      const [taken, fresh] = [await log.streamOf(2), freshStream()];
      const other = (expected: ExpectedRevision, events = eventsOf(taken, 1, '/more')) => ({
        stream: taken,
        expected,
        events,
      });
      const first = { stream: fresh, expected: 'no-stream' as const, events: eventsOf(fresh, 2) };
      if ((await together([first, other('no-stream')])) === 'cannot') return;
      expect(await together([first, other(0)])).toBeUndefined();
      expect(await together([first, other(1, eventsOf(taken, 1))])).toBeUndefined();
      const fence = (await fenceOf(log.store)) ?? '2018-02-01T00:00:00.000Z';
      await log.store.raiseFence(fence);
      const late = plusMillis(fence, -1);
      expect(await together([first, { ...other(1), stampedAt: late }])).toBeUndefined();
      expect(await log.store.readStream(fresh)).toEqual([]);
      expect(await log.store.readStream(taken)).toHaveLength(2);
      expect(await together([first, { ...other(1), stampedAt: fence }])).toHaveLength(2);
    });

    it('of two that meet in a stream one is made whole', async () => {
      const [shared, mine, yours] = [freshStream(), freshStream(), freshStream()];
      const appends = (own: string) => [
        { stream: own, expected: 'no-stream' as const, events: eventsOf(own, 1) },
        { stream: shared, expected: 'no-stream' as const, events: eventsOf(shared, 1, own) },
      ];
      if (log.store.appendTogether === undefined) return;
      const made = await Promise.all(
        [mine, yours].map(async (own, n) => log.instance(n).appendTogether!(appends(own))),
      );
      expect(made.filter((each) => each !== undefined)).toHaveLength(1);
      const lengths = await Promise.all(
        [mine, yours].map(async (own) => (await log.store.readStream(own)).length),
      );
      expect([...lengths].sort()).toEqual([0, 1]);
    });
  });
}

import { describe, expect, it } from '@jest/globals';
import { verifyStream, WrongExpectedRevisionError, type AppendResult } from '../index.ts';
import { eventsOf, freshStream, testEvent, type TestedLog } from './tested-log.contract.ts';

/** Appends to many streams in one call, each answered by itself. */
export function appendManyContract(log: TestedLog): void {
  describe('appends to many streams', () => {
    it('answers each by itself, in their order', async () => {
      const [existing, repeated, stale] = [await log.streamOf(2), freshStream(), await log.streamOf(1)];
      const [fresh, twice, free] = [freshStream(), freshStream(), freshStream()];
      const again = { stream: repeated, expected: 'no-stream' as const, events: eventsOf(repeated, 2) };
      const first = await log.store.append(again);
      const duplicate = eventsOf(stale, 1);
      const outcomes = await log.store.appendMany([
        { stream: fresh, expected: 'no-stream', events: eventsOf(fresh, 3) },
        { stream: existing, expected: 1, events: eventsOf(existing, 2, '/many') },
        again,
        { stream: stale, expected: 'no-stream', events: eventsOf(stale, 1, '/stale') },
        { stream: twice, expected: 'no-stream', events: eventsOf(twice, 1) },
        { stream: twice, expected: 0, events: eventsOf(twice, 1, '/second') },
        { stream: freshStream(), expected: 'exists', events: [testEvent(`${fresh}/exists`)] },
        { stream: free, expected: 'any', events: eventsOf(free, 1) },
        { stream: freshStream(), expected: 'any', events: duplicate },
      ]);
      expect(outcomes).toEqual([
        expect.objectContaining({ revision: 2, repeated: false }),
        expect.objectContaining({ revision: 3, repeated: false }),
        { ...first, repeated: true },
        expect.objectContaining({ name: 'WrongExpectedRevisionError', actual: 0 }),
        expect.objectContaining({ revision: 0, repeated: false }),
        expect.objectContaining({ revision: 1, repeated: false }),
        expect.objectContaining({ name: 'WrongExpectedRevisionError', actual: undefined }),
        expect.objectContaining({ revision: 0, repeated: false }),
        expect.objectContaining({ name: 'DuplicateEventError', eventId: duplicate[0]!.id }),
      ]);
      for (const [index, stream] of [fresh, existing, , , twice].entries()) {
        if (stream === undefined) continue;
        const events = await log.store.readStream(stream);
        expect(verifyStream(events)).toBeUndefined();
        expect(events).toEqual(expect.arrayContaining([...(outcomes[index] as AppendResult).events]));
      }
    });

    it('takes 1,000 new streams in one call, and their repeat', async () => {
      const appends = Array.from({ length: 1_000 }, () => {
        const stream = freshStream();
        return { stream, expected: 'no-stream' as const, events: eventsOf(stream, 2) };
      });
      const first = await log.store.appendMany(appends);
      const again = await log.store.appendMany(appends.slice(0, 20));
      expect(again).toEqual(first.slice(0, 20).map((result) => ({ ...result, repeated: true })));
      const read = await log.store.readStreams(appends.map(({ stream }) => stream));
      expect(read).toEqual(first.map((result) => (result as AppendResult).events));
      expect(read.flatMap((events) => verifyStream(events) ?? [])).toEqual([]);
    });

    it('lets one of several racing imports have each stream', async () => {
      const streams = Array.from({ length: 40 }, freshStream);
      const runs = await Promise.all(
        Array.from({ length: 4 }, (_, run) =>
          log.instance(run).appendMany(
            (run % 2 ? streams : streams.toReversed()).map((stream) => ({
              stream,
              expected: 'no-stream',
              events: eventsOf(stream, 1, `/${run}`),
            })),
          ),
        ),
      );
      expect(runs.flat().filter((outcome) => !(outcome instanceof Error))).toHaveLength(40);
      for (const outcome of runs.flat())
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(WrongExpectedRevisionError);
    });

    it('does nothing where there is nothing to do', async () => {
      expect(await log.store.appendMany([])).toEqual([]);
      expect(await log.store.readStreams([])).toEqual([]);
    });
  });
}

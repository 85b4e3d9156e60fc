import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@smartkey/kernel';
import {
  DuplicateEventError,
  verifyStream,
  WrongExpectedRevisionError,
  type ExpectedRevision,
} from '../index.ts';
import { eventsOf, freshStream, testEvent, type TestedLog } from './tested-log.contract.ts';

/** What one append promises: the revision that it expects, and what a repeat of it is. */
export function appendContract(log: TestedLog): void {
  describe('the expected revision', () => {
    it.each<[number, ExpectedRevision, 'fits' | 'does not fit']>([
      [0, 'no-stream', 'fits'],
      [0, 'any', 'fits'],
      [0, 'exists', 'does not fit'],
      [0, 0, 'does not fit'],
      [2, 'no-stream', 'does not fit'],
      [2, 'any', 'fits'],
      [2, 'exists', 'fits'],
      [2, 0, 'does not fit'],
      [2, 1, 'fits'],
      [2, 2, 'does not fit'],
    ])('of a stream of %i events: %p %s', async (length, expected, fits) => {
      const stream = await log.streamOf(length);
      const append = log.store.append({ stream, expected, events: eventsOf(stream, 2, '/new') });
      if (fits === 'fits') {
        expect(await append).toMatchObject({ revision: length + 1, repeated: false });
        expect((await log.store.readStream(stream)).map(({ revision }) => revision)).toEqual(
          Array.from({ length: length + 2 }, (_, i) => i),
        );
      } else {
        await expect(append).rejects.toBeInstanceOf(WrongExpectedRevisionError);
        await expect(append).rejects.toMatchObject({
          stream,
          expected,
          actual: length === 0 ? undefined : length - 1,
        });
        expect(await log.store.readStream(stream)).toHaveLength(length);
      }
    });

    it('lets one of 20 racing creations win; the others learn what there is', async () => {
      const stream = freshStream();
      const ends = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) =>
          log.instance(i).append({ stream, expected: 'no-stream', events: eventsOf(stream, 1, `/${i}`) }),
        ),
      );
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const end of ends)
        if (end.status === 'rejected')
          expect(end.reason).toMatchObject({ name: 'WrongExpectedRevisionError', actual: 0 });
      expect(await log.store.readStream(stream)).toHaveLength(1);
    });

    it('any: 20 at once all come in, one behind the other', async () => {
      const stream = freshStream();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          log.instance(i).append({ stream, expected: 'any', events: eventsOf(stream, 2, `/${i}`) }),
        ),
      );
      expect(results.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, i) => 2 * i + 1),
      );
      expect(verifyStream(await log.store.readStream(stream))).toBeUndefined();
    });
  });

  describe('a repeat', () => {
    it.each<[ExpectedRevision]>([['no-stream'], ['any'], [1], ['exists']])(
      'with %p is answered as the first, also when the stream has gone on',
      async (expected) => {
        const stream = await log.streamOf(expected === 'no-stream' ? 0 : 2);
        const append = { stream, expected, events: eventsOf(stream, 2, '/again') };
        const first = await log.store.append(append);
        log.clock.advance(1_000);
        expect(await log.store.append(append)).toEqual({ ...first, repeated: true });
        await log.store.append({ stream, expected: 'exists', events: eventsOf(stream, 1, '/later') });
        expect(await log.store.append(append)).toEqual({ ...first, repeated: true });
        expect(await log.store.readStream(stream)).toHaveLength(first.revision + 2);
      },
    );

    it('that races with the first makes no second fact', async () => {
      const stream = freshStream();
      const append = { stream, expected: 'no-stream' as const, events: eventsOf(stream, 3) };
      const results = await Promise.all(Array.from({ length: 10 }, (_, i) => log.instance(i).append(append)));
      expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(new Set(results.map(({ position }) => position)).size).toBe(1);
      expect(await log.store.readStream(stream)).toHaveLength(3);
    });

    it.each<[string, ExpectedRevision, (events: NewEvent[]) => NewEvent[]]>([
      ['at another revision', 2, ([first]) => [first!]],
      ['in part', 2, ([, , third]) => [third!, testEvent(`${freshStream()}/new`)]],
      ['in another order', 'any', (events) => events.toReversed()],
      ['behind new events', 'any', ([first]) => [testEvent(`${freshStream()}/new`), first!]],
    ])('of ids that are in the stream %s is refused as a duplicate', async (_how, expected, again) => {
      const stream = await log.streamOf(3);
      const events = again(eventsOf(stream, 3));
      await expect(log.store.append({ stream, expected, events })).rejects.toBeInstanceOf(
        DuplicateEventError,
      );
      expect(await log.store.readStream(stream)).toHaveLength(3);
    });

    it('on another stream is refused as a duplicate that names the event', async () => {
      const events = eventsOf(await log.streamOf(1), 1);
      const append = log.store.append({ stream: freshStream(), expected: 'no-stream', events });
      await expect(append).rejects.toBeInstanceOf(DuplicateEventError);
      await expect(append).rejects.toMatchObject({ eventId: events[0]!.id });
    });

    it('on fresh streams at once makes one fact', async () => {
      const events = [testEvent(`${freshStream()}/racing`)];
      const ends = await Promise.allSettled(
        Array.from({ length: 10 }, (_, i) =>
          log.instance(i).append({ stream: freshStream(), expected: 'no-stream', events }),
        ),
      );
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const end of ends)
        if (end.status === 'rejected') expect(end.reason).toMatchObject({ name: 'DuplicateEventError' });
    });
  });

  it('tells listeners of its appends, until they stop', async () => {
    let told = 0;
    const stop = log.store.onAppended(() => (told += 1));
    await log.streamOf(1);
    expect(told).toBe(1);
    const stream = freshStream();
    await log.store.appendMany([{ stream, expected: 'no-stream', events: eventsOf(stream, 1) }]);
    expect(told).toBe(2);
    stop();
    await log.streamOf(1);
    expect(told).toBe(2);
  });
}

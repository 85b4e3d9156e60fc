import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@smartkey/kernel';
import { AppendTooLargeError, EventTooLargeError, MOST_APPEND_BYTES, storedBytes } from '../index.ts';
import { eventsOf, freshStream, testEvent, type TestedLog } from './tested-log.contract.ts';

/** The most that one append may bring. */
export function appendLimitContract(log: TestedLog): void {
  describe('an append of more than the limit', () => {
    const textOf = (bytes: number) => 'x'.repeat(bytes);
    /** An event of exactly so many bytes. */
    const eventOf = (stream: string, mark: string, bytes: number): NewEvent => {
      const named = testEvent(`${stream}/${mark}`, { text: '' });
      return { ...named, data: { text: textOf(bytes - storedBytes(stream, named)) } };
    };

    it('takes one event up to the last byte', async () => {
      const stream = freshStream();
      const events = [eventOf(stream, 'last', MOST_APPEND_BYTES)];
      expect(await log.store.append({ stream, expected: 'no-stream', events })).toMatchObject({
        revision: 0,
      });
      expect(await log.store.readStream(stream)).toHaveLength(1);
    });

    it.each<[string, 'stored' | 'published']>([
      ['stored', 'stored'],
      ['published', 'published'],
    ])('refuses by its name an event that is too large as it is %s, and all with it', async (_how, form) => {
      const stream = freshStream();
      const large =
        form === 'stored'
          ? eventOf(stream, 'large', MOST_APPEND_BYTES + 1)
          : testEvent(`${stream}/large`, { publishes: MOST_APPEND_BYTES + 1 });
      const events = [testEvent(`${stream}/small`), large];
      const append = log.store.append({ stream, expected: 'any', events });
      await expect(append).rejects.toBeInstanceOf(EventTooLargeError);
      await expect(append).rejects.toMatchObject({
        stream,
        event: { id: large.id, type: 'Tested' },
        form,
        bytes: MOST_APPEND_BYTES + 1,
      });
      expect(await log.store.readStream(stream)).toEqual([]);
      // Nothing has been claimed by it.
      const again = { stream, expected: 'no-stream' as const, events: eventsOf(stream, 1, '/small') };
      expect(await log.store.append(again)).toMatchObject({ revision: 0, repeated: false });
    });

    it('refuses events that are too large only together: all or none', async () => {
      const stream = freshStream();
      const half = MOST_APPEND_BYTES / 2;
      const [first, second] = [eventOf(stream, 'first', half), eventOf(stream, 'second', half + 1)];
      const append = log.store.append({ stream, expected: 'any', events: [first, second] });
      await expect(append).rejects.toBeInstanceOf(AppendTooLargeError);
      await expect(append).rejects.toMatchObject({ stream, events: 2, bytes: MOST_APPEND_BYTES + 1 });
      expect(await log.store.readStream(stream)).toEqual([]);
      const fitting = [first, eventOf(stream, 'second', half)];
      expect(await log.store.append({ stream, expected: 'any', events: fitting })).toMatchObject({
        revision: 1,
      });
    });

    it('counts what a store keeps beside the data of many small events', async () => {
      const stream = freshStream();
      const each = storedBytes(stream, testEvent(`${stream}/0`, {}));
      const events = Array.from({ length: Math.floor(MOST_APPEND_BYTES / (each + 8)) }, (_, i) =>
        testEvent(`${stream}/${i}`, {}),
      );
      expect(await log.store.append({ stream, expected: 'no-stream', events })).toMatchObject({
        revision: events.length - 1,
      });
    });

    it('is an answer among many, and stops none of the others', async () => {
      const [one, large, both, other] = [freshStream(), freshStream(), freshStream(), freshStream()];
      const half = MOST_APPEND_BYTES / 2;
      const outcomes = await log.store.appendMany([
        { stream: one, expected: 'no-stream', events: eventsOf(one, 1) },
        { stream: large, expected: 'no-stream', events: [eventOf(large, 'large', MOST_APPEND_BYTES + 1)] },
        {
          stream: both,
          expected: 'no-stream',
          events: [eventOf(both, 'first', half), eventOf(both, 'second', half + 1)],
        },
        { stream: other, expected: 'any', events: eventsOf(other, 1) },
      ]);
      expect(outcomes).toEqual([
        expect.objectContaining({ revision: 0, repeated: false }),
        expect.objectContaining({ name: 'EventTooLargeError', form: 'stored' }),
        expect.objectContaining({ name: 'AppendTooLargeError' }),
        expect.objectContaining({ revision: 0, repeated: false }),
      ]);
      expect((await log.store.readStreams([large, both])).flat()).toEqual([]);
    });

    it('is none where many streams have more together', async () => {
      const appends = Array.from({ length: 5 }, () => {
        const stream = freshStream();
        return {
          stream,
          expected: 'no-stream' as const,
          events: [eventOf(stream, 'large', MOST_APPEND_BYTES / 2)],
        };
      });
      expect(await log.store.appendMany(appends)).toEqual(
        appends.map(() => expect.objectContaining({ revision: 0, repeated: false })),
      );
    });
  });
}

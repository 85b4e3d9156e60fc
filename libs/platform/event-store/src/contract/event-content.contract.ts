import { describe, expect, it } from '@jest/globals';
import type { Instant } from '@smartkey/kernel';
import fc from 'fast-check';
import { StreamEnds } from '../hash-chain/stream-ends.ts';
import { NotCanonicalError, UnsafeNumberError, verifyLog, verifyStream } from '../index.ts';
import { eventsOf, freshStream, testEvent, type TestedLog } from './tested-log.contract.ts';

/** What an event may hold, and that it is given back as it was. */
export function eventContentContract(log: TestedLog): void {
  describe('what events hold', () => {
    it('is any JSON whose numbers are safe integers: it comes back the same, and its hash holds', async () => {
      await fc.assert(
        fc.asyncProperty(fc.dictionary(storableText, storableJson), async (data) => {
          const stream = freshStream();
          await log.store.append({ stream, expected: 'no-stream', events: [testEvent(stream, data)] });
          const events = await log.store.readStream(stream);
          expect(JSON.stringify(events[0]!.data, sorted)).toEqual(
            JSON.stringify(JSON.parse(JSON.stringify(data)), sorted),
          );
          expect(verifyStream(events)).toBeUndefined();
        }),
        { numRuns: 50 },
      );
    });

    it('is verified page by page, and what its leaves are made of is read alone', async () => {
      const streams = [await log.streamOf(3), await log.streamOf(2)];
      const last = await log.store.append({
        stream: streams[0]!,
        expected: 2,
        events: eventsOf(streams[0]!, 1, '/"quoted" 株式会社\n'),
      });
      expect((await verifyLog(log.store, { pageSize: 200, ends: new StreamEnds(1) })).breaks).toEqual([]);
      const { events } = await log.store.readAll({ after: 0n, limit: 10_000 });
      expect((await log.store.readAsStored({ after: 0n, limit: 10_000 })).events).toEqual(events);
      expect((await log.store.readLeaves({ after: 0n, limit: 10_000 })).events).toMatchObject(
        events.map(({ position, stream, revision, hash }) => ({ position, stream, revision, hash })),
      );
      const [third, fourth] = await log.store.readStream(streams[0]!, { from: 2 });
      const endOf = ({ revision, hash } = third!) => ({ revision, hash });
      const asked = [
        { stream: freshStream(), revision: 0 },
        { stream: streams[0]!, revision: 3 },
      ];
      expect(await log.store.endsBefore(last.position - 1n, asked)).toEqual([undefined, endOf(third)]);
      expect(await log.store.endsBefore(0n, asked)).toEqual([undefined, undefined]);
      // Revisions that are missing in between.
      expect(await log.store.endsBefore(last.position, [{ stream: streams[0]!, revision: 9 }])).toEqual([
        endOf(fourth),
      ]);
    });

    it('may be large, and in any script', async () => {
      const stream = `${freshStream()}-試験"\\`;
      const data = {
        text: '株式会社🗝"\\\n'.repeat(20_000),
        list: Array.from({ length: 10_000 }, (_, i) => ({ i })),
      };
      const { events } = await log.store.append({
        stream,
        expected: 'no-stream',
        events: [testEvent(stream, data)],
      });
      expect(await log.store.readStream(stream)).toEqual(events);
      expect(verifyStream(events)).toBeUndefined();
    });

    it.each<[string, unknown]>([
      ['a bigint', 1n],
      ['a Date', new Date(0)],
      ['NaN', Number.NaN],
      ['undefined in a list', [undefined]],
      ['a function', () => 1],
      ['half a surrogate pair', '\ud83d'],
      ['U+0000', 'a\u0000'],
    ])('is never %s', async (_what, value) => {
      const stream = freshStream();
      const append = { stream, expected: 'no-stream' as const, events: [testEvent(stream, { value })] };
      await expect(log.store.append(append)).rejects.toBeInstanceOf(NotCanonicalError);
      expect(await log.store.readStream(stream)).toEqual([]);
    });

    it.each([0.5, 2 ** 53, -1e-7])('holds no number such as %p, in data or metadata', async (number) => {
      const stream = freshStream();
      const plain = testEvent(stream);
      const odd = [
        { ...plain, data: { lines: [{ price: number }] } },
        { ...plain, metadata: { ...plain.metadata, tries: number } },
      ];
      for (const event of odd) {
        const append = { stream, expected: 'no-stream' as const, events: [event] };
        await expect(log.store.append(append)).rejects.toBeInstanceOf(UnsafeNumberError);
        await expect(log.store.appendMany([append])).rejects.toBeInstanceOf(UnsafeNumberError);
      }
      expect(await log.store.readStream(stream)).toEqual([]);
    });

    it('is at least one event, dated by an instant in the canonical form', async () => {
      const stream = freshStream();
      await expect(log.store.append({ stream, expected: 'any', events: [] })).rejects.toBeInstanceOf(
        TypeError,
      );
      const events = [{ ...testEvent(stream), occurredAt: '2018-02-01T00:00:00+09:00' as Instant }];
      await expect(log.store.append({ stream, expected: 'any', events })).rejects.toBeInstanceOf(TypeError);
    });
  });
}

const storableText = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((text) => !/\p{Surrogate}|\u0000|^__proto__$/u.test(text));
const storableJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    storableText,
    fc.maxSafeInteger(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(storableText, tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Keys in one order, for comparing texts. */
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

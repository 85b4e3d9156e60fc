import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import { type Instant, type NewEvent, plusMillis, type RecordedEvent } from '@smartkey/kernel';
import { TestClock } from '@smartkey/testing';
import fc from 'fast-check';
import {
  AppendTooLargeError,
  BehindFenceError,
  DuplicateEventError,
  EventTooLargeError,
  MOST_APPEND_BYTES,
  NotCanonicalError,
  storedBytes,
  UnsafeNumberError,
  anchorOf,
  LogWentBackError,
  NotRestoringError,
  verifyLog,
  verifyStream,
  WrongExpectedRevisionError,
  ZERO_HASH,
  type Anchor,
  type AppendResult,
  type EventStore,
  type ExpectedRevision,
  type PublishedBytes,
} from './index.ts';
import { StreamEnds } from './hash-chain/stream-ends.ts';

/** One empty log, opened by one process or several. */
export interface LogUnderTest {
  /** Instances side by side; one where only one is possible. */
  readonly instances: readonly EventStore[];
  close(): Promise<void>;
}

const OCCURRED = '2018-01-31T14:59:59.999Z';

/** An event for tests; its id derives from the name. */
export const testEvent = (name: string, data: object = { name }): NewEvent => ({
  id: derivedUuid('test', name),
  type: 'Tested',
  version: 1,
  data,
  metadata: { commandId: name, actor: { role: 'operator', key: 'key_1' }, termsVersion: '2018-01-01' },
  occurredAt: OCCURRED,
});

let names = 0;
/** A stream that no other test knows. */
export const freshStream = (): string => `test-${(names += 1)}`;
export const eventsOf = (stream: string, count: number, mark = ''): NewEvent[] =>
  Array.from({ length: count }, (_, i) => testEvent(`${stream}${mark}/${i}`));

/** The fence of a log, as an append hears it that is behind it; undefined where it was never raised. */
export async function fenceOf(store: EventStore): Promise<Instant | undefined> {
  const stream = freshStream();
  const events = eventsOf(stream, 1);
  try {
    await store.append({ stream, expected: 'no-stream', events, stampedAt: '2016-03-01T00:00:00.000Z' });
    return undefined;
  } catch (error) {
    if (!(error instanceof BehindFenceError)) throw error;
    return error.fence;
  }
}

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

/** Publishes as many bytes of an event as the event itself says. */
const publishedBytes: PublishedBytes = ({ data }) => (data as { readonly publishes?: number }).publishes ?? 0;

/**
 * What every adapter of the event store promises.
 * @param open is told how large the published form of an event is.
 */
export function eventStoreContract(
  adapter: string,
  open: (clock: TestClock, publishedBytes: PublishedBytes) => Promise<LogUnderTest>,
): void {
  describe(`event store on ${adapter}`, () => {
    const clock = new TestClock('2018-02-01T00:00:00.000Z');
    let log: LogUnderTest;
    let store: EventStore;
    beforeAll(async () => {
      log = await open(clock, publishedBytes);
      store = log.instances[0]!;
    }, 60_000);
    afterAll(() => log.close());
    const instance = (n: number) => log.instances[n % log.instances.length]!;

    const streamOf = async (count: number) => {
      const stream = freshStream();
      if (count > 0) await store.append({ stream, expected: 'no-stream', events: eventsOf(stream, count) });
      return stream;
    };
    async function wholeLog(): Promise<RecordedEvent[]> {
      const events: RecordedEvent[] = [];
      for (let after = 0n, before = -1n; after > before;) {
        const page = await store.readAll({ after, limit: 500 });
        events.push(...page.events);
        [before, after] = [after, page.upTo];
      }
      return events;
    }

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
        const stream = await streamOf(length);
        const append = store.append({ stream, expected, events: eventsOf(stream, 2, '/new') });
        if (fits === 'fits') {
          expect(await append).toMatchObject({ revision: length + 1, repeated: false });
          expect((await store.readStream(stream)).map(({ revision }) => revision)).toEqual(
            Array.from({ length: length + 2 }, (_, i) => i),
          );
        } else {
          await expect(append).rejects.toBeInstanceOf(WrongExpectedRevisionError);
          await expect(append).rejects.toMatchObject({
            stream,
            expected,
            actual: length === 0 ? undefined : length - 1,
          });
          expect(await store.readStream(stream)).toHaveLength(length);
        }
      });

      it('lets one of 20 racing creations win; the others learn what there is', async () => {
        const stream = freshStream();
        const ends = await Promise.allSettled(
          Array.from({ length: 20 }, (_, i) =>
            instance(i).append({ stream, expected: 'no-stream', events: eventsOf(stream, 1, `/${i}`) }),
          ),
        );
        expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const end of ends)
          if (end.status === 'rejected')
            expect(end.reason).toMatchObject({ name: 'WrongExpectedRevisionError', actual: 0 });
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it('any: 20 at once all come in, one behind the other', async () => {
        const stream = freshStream();
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            instance(i).append({ stream, expected: 'any', events: eventsOf(stream, 2, `/${i}`) }),
          ),
        );
        expect(results.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 20 }, (_, i) => 2 * i + 1),
        );
        expect(verifyStream(await store.readStream(stream))).toBeUndefined();
      });
    });

    describe('a repeat', () => {
      it.each<[ExpectedRevision]>([['no-stream'], ['any'], [1], ['exists']])(
        'with %p is answered as the first, also when the stream has gone on',
        async (expected) => {
          const stream = await streamOf(expected === 'no-stream' ? 0 : 2);
          const append = { stream, expected, events: eventsOf(stream, 2, '/again') };
          const first = await store.append(append);
          clock.advance(1_000);
          expect(await store.append(append)).toEqual({ ...first, repeated: true });
          await store.append({ stream, expected: 'exists', events: eventsOf(stream, 1, '/later') });
          expect(await store.append(append)).toEqual({ ...first, repeated: true });
          expect(await store.readStream(stream)).toHaveLength(first.revision + 2);
        },
      );

      it('that races with the first makes no second fact', async () => {
        const stream = freshStream();
        const append = { stream, expected: 'no-stream' as const, events: eventsOf(stream, 3) };
        const results = await Promise.all(Array.from({ length: 10 }, (_, i) => instance(i).append(append)));
        expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect(new Set(results.map(({ position }) => position)).size).toBe(1);
        expect(await store.readStream(stream)).toHaveLength(3);
      });

      it.each<[string, ExpectedRevision, (events: NewEvent[]) => NewEvent[]]>([
        ['at another revision', 2, ([first]) => [first!]],
        ['in part', 2, ([, , third]) => [third!, testEvent(`${freshStream()}/new`)]],
        ['in another order', 'any', (events) => events.toReversed()],
        ['behind new events', 'any', ([first]) => [testEvent(`${freshStream()}/new`), first!]],
      ])('of ids that are in the stream %s is refused as a duplicate', async (_how, expected, again) => {
        const stream = await streamOf(3);
        const events = again(eventsOf(stream, 3));
        await expect(store.append({ stream, expected, events })).rejects.toBeInstanceOf(DuplicateEventError);
        expect(await store.readStream(stream)).toHaveLength(3);
      });

      it('on another stream is refused as a duplicate that names the event', async () => {
        const events = eventsOf(await streamOf(1), 1);
        const append = store.append({ stream: freshStream(), expected: 'no-stream', events });
        await expect(append).rejects.toBeInstanceOf(DuplicateEventError);
        await expect(append).rejects.toMatchObject({ eventId: events[0]!.id });
      });

      it('on fresh streams at once makes one fact', async () => {
        const events = [testEvent(`${freshStream()}/racing`)];
        const ends = await Promise.allSettled(
          Array.from({ length: 10 }, (_, i) =>
            instance(i).append({ stream: freshStream(), expected: 'no-stream', events }),
          ),
        );
        expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const end of ends)
          if (end.status === 'rejected') expect(end.reason).toMatchObject({ name: 'DuplicateEventError' });
      });
    });

    describe('reading', () => {
      it('gives back what the append answered, and what was given', async () => {
        const stream = freshStream();
        const events = eventsOf(stream, 3);
        const { events: answered } = await store.append({ stream, expected: 'no-stream', events });
        expect(await store.readStream(stream)).toEqual(answered);
        answered.forEach((event, revision) => {
          expect(event).toMatchObject({ ...events[revision]!, stream, revision, recordedAt: clock.now() });
          expect(event.hash).toMatch(/^[0-9a-f]{64}$/);
          expect(event.hash).not.toBe(ZERO_HASH);
        });
      });

      it('takes a part of a stream, from either end', async () => {
        const stream = await streamOf(5);
        const revisions = async (options: Parameters<EventStore['readStream']>[1]) =>
          (await store.readStream(stream, options)).map(({ revision }) => revision);
        expect(await revisions({ from: 3 })).toEqual([3, 4]);
        expect(await revisions({ from: 1, limit: 2 })).toEqual([1, 2]);
        expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual([4, 3]);
        expect(await revisions({ direction: 'backwards', from: 1 })).toEqual([1, 0]);
        expect(await revisions({ from: 9 })).toEqual([]);
        expect(await revisions({ limit: 0 })).toEqual([]);
        expect(await revisions({ limit: 0, direction: 'backwards' })).toEqual([]);
        expect(await store.readStream('no-such-stream')).toEqual([]);
      });

      it('takes many streams, in the order asked for', async () => {
        const [two, one] = [await streamOf(2), await streamOf(1)];
        const read = await store.readStreams([two, 'no-such-stream', one, two]);
        expect(read.map((events) => events.map(({ revision }) => revision))).toEqual([
          [0, 1],
          [],
          [0],
          [0, 1],
        ]);
        expect(read[0]).toEqual(await store.readStream(two));
      });

      it('finds an event by its id', async () => {
        const stream = await streamOf(2);
        const [, second] = await store.readStream(stream);
        expect(await store.findEvent(second!.id)).toEqual(second);
        expect(await store.findEvent(derivedUuid('nobody'))).toBeUndefined();
      });

      it('walks the whole log in pages, each event once, streams in their order', async () => {
        await Promise.all(Array.from({ length: 5 }, () => streamOf(3)));
        const whole = await wholeLog();
        const paged: RecordedEvent[] = [];
        for (let after = 0n; ;) {
          const { events, upTo } = await store.readAll({ after, limit: 2 });
          if (events.length === 0) break;
          expect(upTo).toBeGreaterThanOrEqual(events.at(-1)!.position);
          paged.push(...events);
          after = upTo;
        }
        expect(paged).toEqual(whole);
        expect(whole.every(({ position }, i) => i === 0 || position > whole[i - 1]!.position)).toBe(true);
        expect(brokenOrder(whole)).toEqual([]);
      });

      it('says how far it has read where there is nothing to give', async () => {
        const { position } = (await store.readStream(await streamOf(1)))[0]!;
        const { events, upTo } = await store.readAll({ after: position, limit: 10 });
        expect(events).toEqual([]);
        expect(upTo).toBeGreaterThanOrEqual(position);
        expect((await store.readAll({ after: upTo + 1_000_000_000n, limit: 1 })).upTo).toBe(
          upTo + 1_000_000_000n,
        );
      });

      it('settles: what was appended before is at or before the settled position', async () => {
        const { position } = (await store.readStream(await streamOf(1)))[0]!;
        const settled = await store.settledPosition();
        expect(settled).toBeGreaterThanOrEqual(position);
        expect(await store.lastPosition()).toBeGreaterThanOrEqual(position);
        await streamOf(1);
        const later = (await wholeLog()).filter((event) => event.position > settled);
        expect(later).toHaveLength(1);
      });

      it('never skips an event, while 16 writers are at work', async () => {
        const start = await store.settledPosition();
        const stop = Promise.all(
          Array.from({ length: 16 }, async (_, writer) => {
            for (let i = 0; i < 15; i += 1) {
              const stream = freshStream();
              const size = 1 + ((writer + i) % 3);
              await instance(writer).append({
                stream,
                expected: 'no-stream',
                events: eventsOf(stream, size),
              });
              await instance(writer).append({
                stream,
                expected: size - 1,
                events: eventsOf(stream, 1, '/next'),
              });
              await pause(Math.random() * 5);
            }
          }),
        ).then(() => true);
        const seen: RecordedEvent[] = [];
        let after = start;
        for (let stopped = false; ;) {
          const { events, upTo } = await instance(1).readAll({ after, limit: 50 });
          seen.push(...events);
          if (stopped && upTo === after) break;
          if (events.length === 0) stopped = await Promise.race([stop, pause(2).then(() => false)]);
          after = upTo;
        }
        const written = (await wholeLog()).filter(({ position }) => position > start);
        expect(written).toHaveLength(16 * 5 * (2 + 3 + 4));
        expect(seen).toEqual(written);
        expect(brokenOrder(written)).toEqual([]);
      }, 60_000);
    });

    it('finds events by their positions, with what each is chained to', async () => {
      const [a, b] = [freshStream(), freshStream()];
      const first = await store.append({ stream: a, expected: 'any', events: eventsOf(a, 3) });
      const other = await store.append({ stream: b, expected: 'any', events: eventsOf(b, 1) });
      const events = [first.events[0]!, first.events[2]!, other.events[0]!];
      const positions = events.map(({ position }) => position);
      const found = await store.eventsAt(positions);
      expect(found.map(({ event }) => event)).toEqual(
        await Promise.all(events.map(({ id }) => store.findEvent(id))),
      );
      expect(found.map(({ previous }) => previous)).toEqual([ZERO_HASH, first.events[1]!.hash, ZERO_HASH]);
      expect(await store.eventsAt([positions[2]! + (1n << 40n)])).toEqual([]);
    });

    describe('what events hold', () => {
      it('is any JSON whose numbers are safe integers: it comes back the same, and its hash holds', async () => {
        await fc.assert(
          fc.asyncProperty(fc.dictionary(storableText, storableJson), async (data) => {
            const stream = freshStream();
            await store.append({ stream, expected: 'no-stream', events: [testEvent(stream, data)] });
            const events = await store.readStream(stream);
            expect(JSON.stringify(events[0]!.data, sorted)).toEqual(
              JSON.stringify(JSON.parse(JSON.stringify(data)), sorted),
            );
            expect(verifyStream(events)).toBeUndefined();
          }),
          { numRuns: 50 },
        );
      }, 60_000);

      it('is verified page by page, and what its leaves are made of is read alone', async () => {
        const streams = [await streamOf(3), await streamOf(2)];
        const last = await store.append({
          stream: streams[0]!,
          expected: 2,
          events: eventsOf(streams[0]!, 1, '/"quoted" 株式会社\n'),
        });
        expect((await verifyLog(store, { pageSize: 200, ends: new StreamEnds(1) })).breaks).toEqual([]);
        const { events } = await store.readAll({ after: 0n, limit: 10_000 });
        expect((await store.readAsStored({ after: 0n, limit: 10_000 })).events).toEqual(events);
        expect((await store.readLeaves({ after: 0n, limit: 10_000 })).events).toMatchObject(
          events.map(({ position, stream, revision, hash }) => ({ position, stream, revision, hash })),
        );
        const [third, fourth] = await store.readStream(streams[0]!, { from: 2 });
        const endOf = ({ revision, hash } = third!) => ({ revision, hash });
        const asked = [
          { stream: freshStream(), revision: 0 },
          { stream: streams[0]!, revision: 3 },
        ];
        expect(await store.endsBefore(last.position - 1n, asked)).toEqual([undefined, endOf(third)]);
        expect(await store.endsBefore(0n, asked)).toEqual([undefined, undefined]);
        // Revisions that are missing in between.
        expect(await store.endsBefore(last.position, [{ stream: streams[0]!, revision: 9 }])).toEqual([
          endOf(fourth),
        ]);
      });

      it('may be large, and in any script', async () => {
        const stream = `${freshStream()}-試験"\\`;
        const data = {
          text: '株式会社🗝"\\\n'.repeat(20_000),
          list: Array.from({ length: 10_000 }, (_, i) => ({ i })),
        };
        const { events } = await store.append({
          stream,
          expected: 'no-stream',
          events: [testEvent(stream, data)],
        });
        expect(await store.readStream(stream)).toEqual(events);
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
        await expect(store.append(append)).rejects.toBeInstanceOf(NotCanonicalError);
        expect(await store.readStream(stream)).toEqual([]);
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
          await expect(store.append(append)).rejects.toBeInstanceOf(UnsafeNumberError);
          await expect(store.appendMany([append])).rejects.toBeInstanceOf(UnsafeNumberError);
        }
        expect(await store.readStream(stream)).toEqual([]);
      });

      it('is at least one event, dated by an instant in the canonical form', async () => {
        const stream = freshStream();
        await expect(store.append({ stream, expected: 'any', events: [] })).rejects.toBeInstanceOf(TypeError);
        const events = [{ ...testEvent(stream), occurredAt: '2018-02-01T00:00:00+09:00' as Instant }];
        await expect(store.append({ stream, expected: 'any', events })).rejects.toBeInstanceOf(TypeError);
      });
    });

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
        expect(await store.append({ stream, expected: 'no-stream', events })).toMatchObject({ revision: 0 });
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it.each<[string, 'stored' | 'published']>([
        ['stored', 'stored'],
        ['published', 'published'],
      ])(
        'refuses by its name an event that is too large as it is %s, and all with it',
        async (_how, form) => {
          const stream = freshStream();
          const large =
            form === 'stored'
              ? eventOf(stream, 'large', MOST_APPEND_BYTES + 1)
              : testEvent(`${stream}/large`, { publishes: MOST_APPEND_BYTES + 1 });
          const events = [testEvent(`${stream}/small`), large];
          const append = store.append({ stream, expected: 'any', events });
          await expect(append).rejects.toBeInstanceOf(EventTooLargeError);
          await expect(append).rejects.toMatchObject({
            stream,
            event: { id: large.id, type: 'Tested' },
            form,
            bytes: MOST_APPEND_BYTES + 1,
          });
          expect(await store.readStream(stream)).toEqual([]);
          // Nothing has been claimed by it.
          const again = { stream, expected: 'no-stream' as const, events: eventsOf(stream, 1, '/small') };
          expect(await store.append(again)).toMatchObject({ revision: 0, repeated: false });
        },
      );

      it('refuses events that are too large only together: all or none', async () => {
        const stream = freshStream();
        const half = MOST_APPEND_BYTES / 2;
        const [first, second] = [eventOf(stream, 'first', half), eventOf(stream, 'second', half + 1)];
        const append = store.append({ stream, expected: 'any', events: [first, second] });
        await expect(append).rejects.toBeInstanceOf(AppendTooLargeError);
        await expect(append).rejects.toMatchObject({ stream, events: 2, bytes: MOST_APPEND_BYTES + 1 });
        expect(await store.readStream(stream)).toEqual([]);
        const fitting = [first, eventOf(stream, 'second', half)];
        expect(await store.append({ stream, expected: 'any', events: fitting })).toMatchObject({
          revision: 1,
        });
      });

      it('counts what a store keeps beside the data of many small events', async () => {
        const stream = freshStream();
        const each = storedBytes(stream, testEvent(`${stream}/0`, {}));
        const events = Array.from({ length: Math.floor(MOST_APPEND_BYTES / (each + 8)) }, (_, i) =>
          testEvent(`${stream}/${i}`, {}),
        );
        expect(await store.append({ stream, expected: 'no-stream', events })).toMatchObject({
          revision: events.length - 1,
        });
      }, 60_000);

      it('is an answer among many, and stops none of the others', async () => {
        const [one, large, both, other] = [freshStream(), freshStream(), freshStream(), freshStream()];
        const half = MOST_APPEND_BYTES / 2;
        const outcomes = await store.appendMany([
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
        expect((await store.readStreams([large, both])).flat()).toEqual([]);
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
        expect(await store.appendMany(appends)).toEqual(
          appends.map(() => expect.objectContaining({ revision: 0, repeated: false })),
        );
      });
    });

    describe('appends to many streams', () => {
      it('answers each by itself, in their order', async () => {
        const [existing, repeated, stale] = [await streamOf(2), freshStream(), await streamOf(1)];
        const [fresh, twice, free] = [freshStream(), freshStream(), freshStream()];
        const again = { stream: repeated, expected: 'no-stream' as const, events: eventsOf(repeated, 2) };
        const first = await store.append(again);
        const duplicate = eventsOf(stale, 1);
        const outcomes = await store.appendMany([
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
          const events = await store.readStream(stream);
          expect(verifyStream(events)).toBeUndefined();
          expect(events).toEqual(expect.arrayContaining([...(outcomes[index] as AppendResult).events]));
        }
      });

      it('takes 1,000 new streams in one call, and their repeat', async () => {
        const appends = Array.from({ length: 1_000 }, () => {
          const stream = freshStream();
          return { stream, expected: 'no-stream' as const, events: eventsOf(stream, 2) };
        });
        const first = await store.appendMany(appends);
        const again = await store.appendMany(appends.slice(0, 20));
        expect(again).toEqual(first.slice(0, 20).map((result) => ({ ...result, repeated: true })));
        const read = await store.readStreams(appends.map(({ stream }) => stream));
        expect(read).toEqual(first.map((result) => (result as AppendResult).events));
        expect(read.flatMap((events) => verifyStream(events) ?? [])).toEqual([]);
      }, 60_000);

      it('lets one of several racing imports have each stream', async () => {
        const streams = Array.from({ length: 40 }, freshStream);
        const runs = await Promise.all(
          Array.from({ length: 4 }, (_, run) =>
            instance(run).appendMany(
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
      }, 60_000);

      it('does nothing where there is nothing to do', async () => {
        expect(await store.appendMany([])).toEqual([]);
        expect(await store.readStreams([])).toEqual([]);
      });
    });

    describe('the fence', () => {
      it('refuses what was decided before it, and nothing else', async () => {
        expect(await fenceOf(store)).toBeUndefined();
        const fence: Instant = '2018-02-01T00:00:10.000Z';
        await store.raiseFence(fence);
        const before: Instant = '2018-02-01T00:00:09.999Z';
        const stream = freshStream();
        const append = (stampedAt: Instant | undefined, mark: string) =>
          instance(1).append({
            stream,
            expected: 'any',
            events: eventsOf(stream, 1, mark),
            ...(stampedAt && { stampedAt }),
          });
        await expect(append(before, '/a')).rejects.toBeInstanceOf(BehindFenceError);
        await expect(append(before, '/a')).rejects.toMatchObject({ fence });
        expect(await append(fence, '/a')).toMatchObject({ revision: 0 });
        expect(await append(undefined, '/b')).toMatchObject({ revision: 1 });
        // What the log has taken it has taken: a repeat is no new promise.
        expect(await append(before, '/a')).toMatchObject({ revision: 0, repeated: true });
        const many = await store.appendMany(
          [before, fence].map((stampedAt) => {
            const each = freshStream();
            return { stream: each, expected: 'no-stream', events: eventsOf(each, 1), stampedAt };
          }),
        );
        expect(many).toEqual([
          expect.objectContaining({ name: 'BehindFenceError', fence }),
          expect.objectContaining({ revision: 0 }),
        ]);
      });

      it('never goes back', async () => {
        await store.raiseFence('2018-02-01T00:00:20.000Z');
        await store.raiseFence('2018-02-01T00:00:15.000Z');
        expect(await fenceOf(instance(1))).toBe('2018-02-01T00:00:20.000Z');
      });

      it('lets no append through unseen: refused, or in the log when the fence is up', async () => {
        for (let round = 0; round < 10; round += 1) {
          const fence = plusMillis('2018-02-01T00:01:00.500Z', round * 1_000);
          const stampedAt = plusMillis(fence, -1);
          const start = await store.settledPosition();
          let raised = false;
          const accepted: string[] = [];
          const acceptedLate: string[] = [];
          const writers = Array.from({ length: 12 }, async (_, writer) => {
            for (;;) {
              const stream = freshStream();
              const begunAfter = raised;
              try {
                await instance(writer).append({
                  stream,
                  expected: 'no-stream',
                  events: eventsOf(stream, 1),
                  stampedAt,
                });
              } catch (error) {
                expect(error).toBeInstanceOf(BehindFenceError);
                return;
              }
              accepted.push(stream);
              if (begunAfter) acceptedLate.push(stream);
            }
          });
          await pause(Math.random() * 20);
          await instance(round).raiseFence(fence);
          raised = true;
          const visible: string[] = [];
          for (let after = start; ;) {
            const { events, upTo } = await store.readAll({ after, limit: 1_000 });
            visible.push(...events.map(({ stream }) => stream));
            if (upTo === after || events.length === 0) break;
            after = upTo;
          }
          await Promise.all(writers);
          expect(acceptedLate).toEqual([]);
          expect(accepted.filter((stream) => !visible.includes(stream))).toEqual([]);
        }
      }, 60_000);
    });

    describe('what has been read of it', () => {
      it('is held where id, hash and position are the same, and not otherwise', async () => {
        const stream = await streamOf(3);
        const [first, second] = (await store.readStream(stream)).map((event) => anchorOf(event)!);
        const absent: Anchor = { ...second!, stream: freshStream() };
        const held = await instance(1).holds([
          first!,
          { ...second!, id: first!.id },
          { ...second!, hash: first!.hash },
          { ...second!, position: second!.position + 1_000_000_000_000n },
          { ...absent, position: absent.position + (1n << 60n) },
          second!,
        ]);
        expect(held).toEqual([true, false, false, false, false, true]);
        expect(await store.holds([])).toEqual([]);
        expect((await store.last())!.position).toBeGreaterThanOrEqual(second!.position);
      });

      it('is told with a page that is asked for after it', async () => {
        const stream = await streamOf(3);
        const event = anchorOf((await store.readStream(stream))[1]!)!;
        const after = event.position;
        expect(await store.readAll({ after, limit: 10, event })).toMatchObject({ known: true });
        const altered = { ...event, hash: '0'.repeat(64) };
        expect(await store.readAll({ after, limit: 10, event: altered })).toMatchObject({ known: false });
        const beyond = { ...event, position: event.position + (1n << 60n) };
        const page = await store.readAll({ after: beyond.position, limit: 10, event: beyond });
        expect(page).toMatchObject({ known: false, events: [] });
        expect(await store.readAll({ after, limit: 10 })).not.toHaveProperty('known');
      });
    });

    it('tells listeners of its appends, until they stop', async () => {
      let told = 0;
      const stop = store.onAppended(() => (told += 1));
      await streamOf(1);
      expect(told).toBe(1);
      const stream = freshStream();
      await store.appendMany([{ stream, expected: 'no-stream', events: eventsOf(stream, 1) }]);
      expect(told).toBe(2);
      stop();
      await streamOf(1);
      expect(told).toBe(2);
    });

    describe('that is known to have gone back', () => {
      const lacking: Anchor = {
        position: 1n << 60n,
        id: derivedUuid('test', 'lost'),
        hash: 'ab'.repeat(32),
        stream: 'lost',
        revision: 0,
        incarnation: 1,
      };
      const append = (n: number) => {
        const stream = freshStream();
        return instance(n).append({ stream, expected: 'no-stream', events: eventsOf(stream, 1) });
      };
      const refused = async (n: number) =>
        append(n).then(
          () => undefined,
          (error: unknown) => error,
        );

      it('takes no append in any instance, says by whom and since when, and is read on', async () => {
        const stream = await streamOf(1);
        const head = await store.last();
        expect(await store.standing.wentBack()).toBeUndefined();
        await store.standing.enter(
          [{ reader: 'billing/ledger/0', known: lacking, detail: 'it was read' }],
          head,
        );
        for (let n = 0; n < log.instances.length; n += 1)
          for (let error = await refused(n); !(error instanceof LogWentBackError); error = await refused(n))
            await pause(5);
        const many = { stream: freshStream(), expected: 'no-stream' as const };
        await expect(store.appendMany([{ ...many, events: eventsOf('many', 1) }])).rejects.toBeInstanceOf(
          LogWentBackError,
        );
        await expect(store.raiseFence('2030-01-01T00:00:00.000Z')).rejects.toBeInstanceOf(LogWentBackError);
        expect(await instance(1).readStream(stream)).toHaveLength(1);
        const { since, evidence } = (await instance(1).standing.wentBack())!;
        expect(evidence).toEqual([
          { reader: 'billing/ledger/0', known: lacking, detail: 'it was read', head, at: expect.any(String) },
        ]);
        await instance(1).standing.enter([{ reader: 'checkpoint', detail: 'it is shorter' }], head);
        const later = (await store.standing.wentBack())!;
        expect(later.since).toBe(since);
        expect(later.evidence.map(({ reader }) => reader)).toEqual(['billing/ledger/0', 'checkpoint']);
      });

      it('stands again when all of them know it again', async () => {
        expect(await store.standing.lift(['billing/ledger/0'])).toBe(false);
        expect(await refused(0)).toBeInstanceOf(LogWentBackError);
        expect(await store.standing.lift(['checkpoint'])).toBe(true);
        for (let n = 0; n < log.instances.length; n += 1)
          for (let error = await refused(n); error !== undefined; error = await refused(n)) {
            expect(error).toBeInstanceOf(LogWentBackError);
            await pause(5);
          }
        expect(await store.standing.wentBack()).toBeUndefined();
      });
    });

    describe('whose loss was accepted', () => {
      const lost: Anchor = {
        position: 1n << 50n,
        id: derivedUuid('test', 'given up'),
        hash: 'cd'.repeat(32),
        stream: 'lost',
        revision: 0,
        incarnation: 1,
      };
      const single = (stream: string) => ({
        stream,
        expected: 'no-stream' as const,
        events: eventsOf(stream, 1),
      });
      const outcomeIn = async (n: number) =>
        instance(n)
          .append(single(freshStream()))
          .then(
            () => 'appended',
            (error: unknown) => (error instanceof LogWentBackError ? 'went back' : error),
          );

      it('takes nothing but what tells of it, in any instance, and goes on behind that', async () => {
        await expect(store.appendRestored(single(freshStream()))).rejects.toBeInstanceOf(NotRestoringError);
        await store.standing.enter(
          [{ reader: 'billing/ledger/0', known: lost, detail: 'it was read' }],
          await store.last(),
        );
        for (let n = 0; n < log.instances.length; n += 1)
          while ((await outcomeIn(n)) !== 'went back') await pause(5);
        const before = await store.last();
        await store.standing.propose('anna', 'the disk is gone');
        const loss = await store.standing.accept('ben', undefined, { above: 6 });
        expect(loss).toMatchObject({ number: 7, head: before, by: ['anna', 'ben'] });
        // The process dies here: whoever opens the log next finds what is left to do.
        for (let n = 0; n < log.instances.length; n += 1) {
          expect(await outcomeIn(n)).toBe('went back');
          expect(await instance(n).standing.restoring()).toMatchObject(loss);
        }
        await expect(store.standing.accept('ben')).rejects.toMatchObject({ why: 'no-loss' });
        await expect(store.standing.propose('anna', 'again')).rejects.toMatchObject({ why: 'no-loss' });
        expect(await store.last()).toEqual(before);

        const telling = single(freshStream());
        const told = await instance(1).appendRestored(telling);
        const { events } = await store.readAll({ after: before?.position ?? 0n, limit: 2 });
        expect(events[0]).toMatchObject({ stream: telling.stream, position: told.position });
        expect(await store.standing.restoring()).toBeUndefined();
        for (let n = 0; n < log.instances.length; n += 1) {
          let outcome = await outcomeIn(n);
          for (; outcome === 'went back'; outcome = await outcomeIn(n)) await pause(5);
          expect(outcome).toBe('appended');
        }
      });

      it('stays as it is behind that, where somebody says something new against it', async () => {
        const head = await store.last();
        await store.standing.enter(
          [{ reader: 'billing/ledger/0', known: { ...lost, incarnation: 7 }, detail: 'it was read' }],
          head,
        );
        await store.standing.propose('anna', 'the disk is gone again');
        await store.standing.accept('ben');
        await store.standing.enter([{ reader: 'checkpoint', detail: 'it is shorter' }], head);
        await store.appendRestored(single(freshStream()));
        expect(await store.standing.restoring()).toBeUndefined();
        expect((await store.standing.wentBack())?.evidence).toMatchObject([{ reader: 'checkpoint' }]);
        expect(await outcomeIn(0)).toBe('went back');
        expect(await store.standing.lift(['checkpoint'])).toBe(true);
        for (let n = 0; n < log.instances.length; n += 1)
          while ((await outcomeIn(n)) === 'went back') await pause(5);
      });
    });

    describe('appends that go together, where the store can', () => {
      const together = async (appends: Parameters<EventStore['appendMany']>[0]) =>
        store.appendTogether === undefined ? 'cannot' : store.appendTogether(appends);

      it('are made all, with chains that can be verified, and follow one another in the log', async () => {
        const [long, short, known] = [freshStream(), freshStream(), await streamOf(3)];
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
          const read = await store.readStream(stream);
          expect(verifyStream(read)).toBeUndefined();
          expect(read.slice(-results![n]!.events.length)).toEqual(results![n]!.events);
        }
      });

      it('are not made at all where one stream is not where it is expected, an id is in the log, or the fence has passed', async () => {
        const [taken, fresh] = [await streamOf(2), freshStream()];
        const other = (expected: ExpectedRevision, events = eventsOf(taken, 1, '/more')) => ({
          stream: taken,
          expected,
          events,
        });
        const first = { stream: fresh, expected: 'no-stream' as const, events: eventsOf(fresh, 2) };
        if ((await together([first, other('no-stream')])) === 'cannot') return;
        expect(await together([first, other(0)])).toBeUndefined();
        expect(await together([first, other(1, eventsOf(taken, 1))])).toBeUndefined();
        const fence = (await fenceOf(store)) ?? '2018-02-01T00:00:00.000Z';
        await store.raiseFence(fence);
        const late = plusMillis(fence, -1);
        expect(await together([first, { ...other(1), stampedAt: late }])).toBeUndefined();
        expect(await store.readStream(fresh)).toEqual([]);
        expect(await store.readStream(taken)).toHaveLength(2);
        expect(await together([first, { ...other(1), stampedAt: fence }])).toHaveLength(2);
      });

      it('of two that meet in a stream one is made whole', async () => {
        const [shared, mine, yours] = [freshStream(), freshStream(), freshStream()];
        const appends = (own: string) => [
          { stream: own, expected: 'no-stream' as const, events: eventsOf(own, 1) },
          { stream: shared, expected: 'no-stream' as const, events: eventsOf(shared, 1, own) },
        ];
        if (store.appendTogether === undefined) return;
        const made = await Promise.all(
          [mine, yours].map(async (own, n) => instance(n).appendTogether!(appends(own))),
        );
        expect(made.filter((each) => each !== undefined)).toHaveLength(1);
        const lengths = await Promise.all(
          [mine, yours].map(async (own) => (await store.readStream(own)).length),
        );
        expect([...lengths].sort()).toEqual([0, 1]);
      });
    });
  });
}

/** Streams whose revisions do not grow by one along the log. */
function brokenOrder(events: readonly RecordedEvent[]): string[] {
  const next = new Map<string, number>();
  const broken: string[] = [];
  for (const { stream, revision } of events) {
    if (revision !== (next.get(stream) ?? revision)) broken.push(stream);
    next.set(stream, revision + 1);
  }
  return broken;
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

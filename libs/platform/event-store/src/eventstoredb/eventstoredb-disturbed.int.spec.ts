import { describe, expect, it } from '@jest/globals';
import { plusMillis, type Instant, type RecordedEvent } from '@smartkey/kernel';
import { until } from '@smartkey/testing';
import { freshStream, testEvent } from '../contract/tested-log.contract.ts';
import {
  anchorOf,
  BehindFenceError,
  EventStoreUnavailableError,
  verifyStream,
  type AppendResult,
  type StreamAppend,
} from '../index.ts';
import { LogsUnderTest, SHORT } from './eventstoredb-log.fixture.ts';

const START = '2018-01-01T00:00:00.000Z';
const WRITERS = 6;
const APPENDS = 12;
/** A busy machine may let reads wait for long; they are tried again. */
const times = { ...SHORT, patience: 60_000 };

/** Mulberry32: the same seed, the same course of chances. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a log in EventStoreDB whose server fails every third append', () => {
  const logs = LogsUnderTest.ready();

  it.each([[1], [2], [3]])(
    'stores each event once, in sound chains, and nothing behind a fence that was up (seed %i)',
    async (seed) => {
      const chance = chances(seed);
      const instances = [await logs.open({ times }), await logs.open({ times }), await logs.open({ times })];
      const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)]!;
      const streams = Array.from({ length: 5 }, freshStream);
      let now: Instant = START;
      const accepted = new Map<string, AppendResult[]>();
      const refused = new Set<string>();
      const fences: { readonly fence: Instant; readonly upTo: bigint }[] = [];
      logs.fake.disturbAppends(() =>
        chance() < 0.67 ? 'none' : pick(['refused', 'broken', 'silent'] as const),
      );

      const attempt = async (name: string, append: StreamAppend) => {
        await until(async () => {
          try {
            const result = await pick(instances).store.append(append);
            accepted.set(name, [...(accepted.get(name) ?? []), result]);
          } catch (error) {
            if (error instanceof EventStoreUnavailableError) return false;
            expect(error).toBeInstanceOf(BehindFenceError);
            refused.add(name);
          }
          return true;
        });
      };
      const writers = Array.from({ length: WRITERS }, async (_, writer) => {
        for (let n = 0; n < APPENDS; n += 1) {
          const name = `${seed}/${writer}/${n}/${streams[0]}`;
          const stampedAt = now;
          const size = 1 + Math.floor(chance() * 3);
          const append: StreamAppend = {
            stream: pick(streams),
            expected: 'any',
            stampedAt,
            events: Array.from({ length: size }, (__, i) => testEvent(`${name}/${i}`, { name, stampedAt })),
          };
          // Some commands come twice, by whichever instance, before the first is answered.
          await Promise.all(Array.from({ length: chance() < 0.3 ? 2 : 1 }, () => attempt(name, append)));
        }
      });
      let writing = true;
      const raiser = (async () => {
        while (writing) {
          now = plusMillis(now, 10);
          const { store } = pick(instances);
          await store.raiseFence(now);
          fences.push({ fence: now, upTo: await store.settledPosition() });
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      await Promise.all(writers);
      writing = false;
      await raiser;

      const log: RecordedEvent[] = [];
      for (let after = 0n; ;) {
        const { events, upTo } = await instances[0]!.store.readAll({ after, limit: 50 });
        log.push(...events);
        if (events.length === 0) break;
        after = upTo;
      }
      expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
      for (const stream of streams)
        expect(verifyStream(log.filter((event) => event.stream === stream))).toBeUndefined();
      for (const results of accepted.values()) {
        expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect(log).toEqual(expect.arrayContaining([...results[0]!.events]));
      }
      const names = new Set(log.map(({ data }) => (data as { name: string }).name));
      expect(names).toEqual(new Set(accepted.keys()));
      expect(accepted.size + [...refused].filter((name) => !accepted.has(name)).length).toBe(
        WRITERS * APPENDS,
      );
      for (const { fence, upTo } of fences)
        for (const { data, position } of log)
          if ((data as { stampedAt: Instant }).stampedAt < fence) expect(position <= upTo).toBe(true);
      // Whatever became of an append on its way: no instance takes what was read for lost.
      for (const { store } of instances) {
        expect(await store.holds(log.map((each) => anchorOf(each)!))).toEqual(log.map(() => true));
        expect(await store.standing.since()).toBeUndefined();
      }
      expect(fences.length).toBeGreaterThan(2);
      expect(accepted.size).toBeGreaterThan(WRITERS);
    },
  );
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Database } from '@smartkey/database';
import { type Instant, instantOf } from '@smartkey/kernel';
import { ProjectionRebuildingError } from '@smartkey/projections';
import { until } from '@smartkey/testing';
import { pino } from 'pino';
import { CompletenessLoop } from './completeness-loop.ts';
import type { Completeness } from './completeness.ts';

const database: Pick<Database, 'exclusively'> = {
  exclusively: (_key, work) => work(new AbortController().signal),
};

/** What is logged and counted of a first round that fails; the loop is stopped then. */
async function toldOf(failure: Error): Promise<{ readonly level: string; readonly counted: number }> {
  let counted = 0;
  const levels: string[] = [];
  const log = pino(
    { formatters: { level: (level) => ({ level }) } },
    { write: (line: string) => void levels.push((JSON.parse(line) as { level: string }).level) },
  );
  const round: Completeness['round'] = () => Promise.reject(failure);
  const loop = new CompletenessLoop({
    database: database as Database,
    completeness: { round } as Completeness,
    clock: { mode: 'system', now: () => '2018-01-01T00:00:00.000Z' },
    periodMillis: 1,
    log,
    onFailure: () => (counted += 1),
  });
  loop.start();
  await until(() => levels.length > 0);
  await loop.stop();
  return { level: levels[0]!, counted };
}

describe('a round of completeness that fails', () => {
  it('is an error, and counted', async () => {
    expect(await toldOf(new Error('no database'))).toMatchObject({ level: 'error', counted: 1 });
  });

  it('is none of a failure while read models are built after an upgrade', async () => {
    const building = new ProjectionRebuildingError('account-directory is being rebuilt');
    expect(await toldOf(building)).toEqual({ level: 'info', counted: 0 });
  });
});

describe('rounds of completeness', () => {
  const START = Date.parse('2018-01-01T00:00:00.000Z');
  const at = (seconds: number): Instant => instantOf(START + seconds * 1_000);
  const now = (): Instant => instantOf(Date.now());
  beforeEach(() => void jest.useFakeTimers({ now: START }));
  afterEach(() => void jest.useRealTimers());

  /** A service that promises as far as its clock, or as far as its inputs have. */
  function serviceOf(facts: { due?: Instant; inputs?: Instant } = {}) {
    const rounds: number[] = [];
    const asked: Instant[] = [];
    const completeness: Pick<Completeness, 'round' | 'nextDue' | 'wantInputs'> = {
      round: () => {
        rounds.push((Date.now() - START) / 1_000);
        const standing = facts.inputs !== undefined && facts.inputs < now() ? facts.inputs : now();
        if (facts.due !== undefined && facts.due <= standing) delete facts.due;
        return Promise.resolve(standing);
      },
      nextDue: () => Promise.resolve(facts.due),
      wantInputs: (instant) => {
        asked.push(instant);
        return Promise.resolve();
      },
    };
    const loop = new CompletenessLoop({
      database: database as Database,
      completeness: completeness as Completeness,
      clock: { mode: 'system', now },
      periodMillis: 1_000,
      log: pino({ level: 'silent' }),
      onFailure: () => undefined,
    });
    return { loop, rounds, asked, facts };
  }

  it('are a minute apart while nothing goes on', async () => {
    const { loop, rounds } = serviceOf();
    loop.start();
    await jest.advanceTimersByTimeAsync(180_000);
    expect(rounds).toEqual([0, 60, 120, 180]);
    await loop.stop();
  });

  it('come a second after something has happened, however much it is', async () => {
    const { loop, rounds } = serviceOf();
    loop.start();
    await jest.advanceTimersByTimeAsync(10_000);
    for (let n = 0; n < 5; n += 1) loop.stir();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(rounds).toEqual([0, 11]);
    await loop.stop();
  });

  it('come at the instant at which something becomes due', async () => {
    const { loop, rounds } = serviceOf({ due: at(17) });
    loop.start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(rounds).toEqual([0, 17]);
    await loop.stop();
  });

  it('ask the inputs to move where what is due waits for them', async () => {
    const { loop, rounds, asked, facts } = serviceOf({ due: at(5), inputs: at(2) });
    loop.start();
    await jest.advanceTimersByTimeAsync(7_500);
    expect(rounds).toEqual([0, 5, 6, 7]);
    expect(new Set(asked)).toEqual(new Set([at(5)]));
    facts.inputs = at(8);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(rounds).toEqual([0, 5, 6, 7, 8]);
    await loop.stop();
  });

  it('come at once where somebody waits, also on an instance that does not lead, and ask the inputs on', async () => {
    const { loop, rounds, asked, facts } = serviceOf({ inputs: at(0) });
    await jest.advanceTimersByTimeAsync(30_000);
    loop.want(at(29));
    await jest.advanceTimersByTimeAsync(100);
    expect(rounds.length).toBeGreaterThan(1);
    expect(new Set(asked)).toEqual(new Set([at(29)]));
    facts.inputs = at(31);
    await jest.advanceTimersByTimeAsync(1_000);
    const made = rounds.length;
    await jest.advanceTimersByTimeAsync(30_000);
    expect(rounds).toHaveLength(made);
    await loop.stop();
  });

  it('are made for ten seconds for a wish that nobody repeats, and not at all for an instant to come', async () => {
    const { loop, rounds } = serviceOf({ inputs: at(-5) });
    loop.want(at(3_600));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(rounds).toEqual([]);
    loop.want(at(0));
    await jest.advanceTimersByTimeAsync(10_000);
    const made = rounds.length;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(rounds).toHaveLength(made);
    await loop.stop();
  });
});

import type { PostgresEventStore } from '@smartkey/event-store';
import { registrationOf } from '../generated-log.ts';
import { chunks, loadOf, quantile, secondsOf, type Figure, type Load } from '../measure.ts';
import type { BenchLog } from './bench-log.ts';

/** Events that come between two checkpoints of a busy hour. */
const HOUR = 20_000;
const TOGETHER = 500;
const TURNS = 5;

let appended = 0;
async function append(store: PostgresEventStore, count: number): Promise<void> {
  for (const chunk of chunks(count, TOGETHER))
    await store.appendMany(chunk.map(() => registrationOf((appended += 1), 'appended')));
}

/** An hour's events get their leaves, and the log is signed; the first checkpoint of the whole log came before. */
export async function checkpoint({ proved, store, server, database }: BenchLog): Promise<Figure> {
  await proved.sign();
  const before = await store.lastPosition();
  await append(store, HOUR);
  const bare = await secondsOf(() =>
    database.query('SELECT * FROM event_log WHERE position > $1 ORDER BY position', [before]),
  );
  const load = await loadOf(server, async () => {
    const signed = await proved.sign();
    if (signed === undefined) throw new Error('nothing was signed');
  });
  return {
    name: `hourly checkpoint, ${HOUR.toLocaleString('en')} events since`,
    unit: 'events',
    rate: HOUR / load.seconds,
    limit: HOUR / bare,
    limitIs: 'bare read of their rows',
    load,
  };
}

/** Appends that get their leaves at once, by turns with appends alone: nothing of the tree is in the way of an append, so this is the most that it can cost. */
export async function appends({ server, store, proved }: BenchLog): Promise<Figure> {
  const count = 4 * TOGETHER;
  const [withLeaves, alone]: [Load[], number[]] = [[], []];
  for (let turn = 0; turn < TURNS; turn += 1) {
    alone.push(await secondsOf(() => append(store, count)));
    await proved.sign();
    withLeaves.push(
      await loadOf(server, async () => {
        await append(store, count);
        await proved.sign();
      }),
    );
  }
  const seconds = quantile(
    withLeaves.map((load) => load.seconds),
    0.5,
  );
  return {
    name: `append, ${TOGETHER} streams a call, then their leaves`,
    unit: 'events',
    rate: count / seconds,
    limit: count / quantile(alone, 0.5),
    limitIs: 'the same appends alone',
    load: withLeaves.at(-1)!,
  };
}

import type { Database } from '@smartkey/database';
import { loadOf, quantilesOf, secondsOf, type Figure, type Latency } from '../measure.ts';
import type { BenchLog } from './bench-log.ts';

const PROOFS = 50;
/** Events of the log that one proof shows. */
const SHOWN = 200;
/** And the longest. */
const MOST_SHOWN = 1_000_000;

/** Where events stand, by their places in the tree. */
async function positionsOf(database: Database, indexes: readonly number[]): Promise<readonly bigint[]> {
  const rows = await database.query<{ position: bigint }>(
    'SELECT position FROM log_leaves WHERE index = ANY($1::bigint[]) ORDER BY index',
    [indexes],
  );
  return rows.map(({ position }) => position);
}

const inputsAt = (positions: readonly bigint[]) =>
  positions.map((position) => ({ position: String(position), as: 'input' as const }));

/** A page of a proof: events from all over the log, and the nodes between them. */
export async function proofs({ proved, store, database, size }: BenchLog): Promise<Latency> {
  const millis: number[] = [];
  const floors: number[] = [];
  for (let n = 0; n < PROOFS; n += 1) {
    const indexes = Array.from({ length: SHOWN }, (_, k) => Math.floor(((k + n / PROOFS) * size) / SHOWN));
    const positions = await positionsOf(database, indexes);
    floors.push(1_000 * (await secondsOf(() => store.eventsAt(positions))));
    const asked = {
      size,
      from: 0,
      splits: [],
      events: inputsAt(positions),
      toEnd: true,
    };
    millis.push(1_000 * (await secondsOf(() => proved.proofPart(asked))));
  }
  return quantilesOf(`a proof that shows ${SHOWN} events`, millis, floors, 'bare read of these events');
}

/** The lines of a proof that shows a tenth of the log, at most a million events, asked for as billing asks for them. */
export async function longProof({ proved, server, database, size }: BenchLog): Promise<Figure> {
  const count = Math.min(MOST_SHOWN, Math.floor(size / 10));
  const indexOf = (n: number): number => Math.floor((n * size) / count);
  let bare = 0;
  let bytes = 0;
  const load = await loadOf(server, async () => {
    let from = 0;
    for (let n = 0; n < count; n += SHOWN) {
      const indexes = Array.from({ length: Math.min(SHOWN, count - n) }, (_, k) => indexOf(n + k));
      const began = performance.now();
      const positions = await positionsOf(database, indexes);
      await database.query('SELECT * FROM event_log WHERE position = ANY($1::bigint[])', [positions]);
      bare += performance.now() - began;
      const { lines, next } = await proved.proofPart({
        size,
        from,
        splits: [],
        events: inputsAt(positions),
        toEnd: n + SHOWN >= count,
      });
      bytes += lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      from = next;
    }
    if (from !== size) throw new Error(`the proof goes to ${from} of ${size}`);
  });
  const proving = load.seconds - bare / 1_000;
  return {
    name: `a proof that shows ${count.toLocaleString('en')} events`,
    unit: 'events',
    rate: count / proving,
    limit: count / (bare / 1_000),
    limitIs: 'bare read of these events',
    note: `${Math.round(bytes / 1e6)} MB in ${proving.toFixed(0)} s`,
    load,
  };
}

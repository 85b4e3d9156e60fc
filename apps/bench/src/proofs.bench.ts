import type { Database } from '@smartkey/database';
import { createEventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import { whileOpen } from '@smartkey/lifecycle';
import { ProvedLog } from '@smartkey/transparency';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { EVENTS_OF_ACCOUNT, generateLog } from './generated-log.ts';
import { loadOf, secondsOf, type Figure, type Latency, type Load } from './measure.ts';
import { appends, checkpoint } from './proved-log/appends.ts';
import { longProof, proofs } from './proved-log/proofs.ts';
import { replay } from './proved-log/replay.ts';
import { scratchFolder, withScratchServer } from './scratch.ts';

/** Rows that the bare scan reads at once: as many as the log's own readers do. */
const SCAN_PAGE = 2_000;

/**
 * What proofs and audits take of a long log, beside a bare scan of it in the same run: the first tree, the verification, an hourly checkpoint, a part
 * of a proof, a projection made and made again; and appends to it beside those to a log that has no tree.
 */
export function proofsBench({ events }: { readonly events: number }): Promise<readonly (Figure | Latency)[]> {
  return withScratchServer((server) =>
    whileOpen(async (closers) => {
      const database = await server.database('device_registry');
      const store = await createEventStore(database, new SystemClock());
      const log = pino({ level: 'silent' });
      const note = (text: string): void => void process.stderr.write(`${text}\n`);
      const all = Math.ceil(events / EVENTS_OF_ACCOUNT) * EVENTS_OF_ACCOUNT;
      const written = await secondsOf(() =>
        generateLog(database, events, (done) => note(`${done.toLocaleString('en')} events are written`)),
      );
      note(`the log is written after ${written.toFixed(0)} s`);
      const proved = await ProvedLog.open({
        service: 'device-registry',
        database,
        store,
        settings: {
          system: 'smartkey.example',
          folder: await scratchFolder(closers),
          periodMillis: 3_600_000,
          secret: new Uint8Array(32).fill(7),
        },
        log,
        metrics: new Registry(),
      });
      const bare = await loadOf(server, () => scan(database, all));
      note(`a bare scan: ${bare.seconds.toFixed(1)} s`);
      const scanned = { limit: all / bare.seconds, limitIs: `bare scan, ${SCAN_PAGE} rows a statement` };
      const figures: (Figure | Latency)[] = [];
      const figure = (name: string, units: number, load: Load): void => {
        note(`${name}: ${load.seconds.toFixed(1)} s, peak ${load.peakMegabytes} MB`);
        figures.push({ name, unit: 'events', rate: units / load.seconds, load, ...scanned });
      };
      const last = await store.lastPosition();
      const tree = await loadOf(server, async () => {
        const head = await proved.headAt(last, new AbortController().signal);
        if (head?.size !== all) throw new Error(`the tree has ${head?.size} leaves of ${all}`);
      });
      figure('first tree', all, tree);
      figure('verification of log and tree', all, await loadOf(server, () => mustBeSound(proved)));
      const told = <Told extends Figure | Latency>(each: Told): void => {
        note(JSON.stringify(each));
        figures.push(each);
      };
      const measured = { server, database, store, proved, size: all };
      told(await replay(measured, note));
      told(await checkpoint(measured));
      told(await proofs(measured));
      told(await appends(measured));
      told(await longProof(measured));
      return figures;
    }),
  );
}

/** All rows of the log in its order, and nothing done with them. */
async function scan(database: Database, wanted: number): Promise<void> {
  let after = 0n;
  let seen = 0;
  for (;;) {
    const rows = await database.query<{ position: bigint }>(
      'SELECT * FROM event_log WHERE position > $1 ORDER BY position LIMIT $2',
      [after, SCAN_PAGE],
    );
    seen += rows.length;
    if (rows.length < SCAN_PAGE) break;
    after = rows.at(-1)!.position;
  }
  if (seen !== wanted) throw new Error(`the scan saw ${seen} of ${wanted} events`);
}

async function mustBeSound(proved: ProvedLog): Promise<void> {
  const { breaks, tree } = await proved.audit();
  if (breaks.length > 0 || tree === null || tree.breaks.length > 0) throw new Error('the log is not sound');
}

import { migrate, type Database } from '@smartkey/database';
import { deviceRegistryService } from '@smartkey/device-registry-service';
import {
  EmbeddedEventBus,
  FeedDirectory,
  PublishedWatermark,
  StoreLogFeed,
  WATERMARK_MIGRATION,
} from '@smartkey/event-bus';
import { createEventStore, type PostgresEventStore } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import { whileOpen } from '@smartkey/lifecycle';
import { ANCHOR_MIGRATION, PROJECTION_MIGRATION, ProjectionHost } from '@smartkey/projections';
import { ProvedLog } from '@smartkey/transparency';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { CountedServer } from './counted-server.ts';
import { EVENTS_OF_ACCOUNT, generateLog, registrationOf } from './generated-log.ts';
import {
  chunks,
  loadOf,
  quantile,
  quantilesOf,
  secondsOf,
  type Figure,
  type Latency,
  type Load,
} from './measure.ts';
import { scratchFolder, withScratchServer } from './scratch.ts';

/** Rows that the bare scan reads at once: as many as the log's own readers do. */
const SCAN_PAGE = 2_000;
/** Events that come between two checkpoints of a busy hour. */
const HOUR = 20_000;
const TOGETHER = 500;
const PROOFS = 50;
/** Events of the log that one proof shows. */
const SHOWN = 200;
/** And the longest. */
const MOST_SHOWN = 1_000_000;
const TURNS = 5;
const A_DAY = 24 * 3_600_000;
const PROJECTION = 'account-directory';

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
      told(await replay(database, store, server, note));
      told(await checkpoint(proved, store, server, database));
      told(await proofs(proved, store, database, all));
      told(await appends(server, store, proved));
      told(await longProof(proved, server, database, all));
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

let appended = 0;
async function append(store: PostgresEventStore, count: number): Promise<void> {
  for (const chunk of chunks(count, TOGETHER))
    await store.appendMany(chunk.map(() => registrationOf((appended += 1), 'appended')));
}

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

/** An hour's events get their leaves, and the log is signed; the first checkpoint of the whole log came before. */
async function checkpoint(
  proved: ProvedLog,
  store: PostgresEventStore,
  server: CountedServer,
  database: Database,
): Promise<Figure> {
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

/** A page of a proof: events from all over the log, and the nodes between them. */
async function proofs(
  proved: ProvedLog,
  store: PostgresEventStore,
  database: Database,
  size: number,
): Promise<Latency> {
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
async function longProof(
  proved: ProvedLog,
  server: CountedServer,
  database: Database,
  size: number,
): Promise<Figure> {
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

/** A projection made from the log, and made again beside it and compared, as an audit does. */
async function replay(
  database: Database,
  store: PostgresEventStore,
  server: CountedServer,
  note: (text: string) => void,
): Promise<Figure> {
  const [counted] = await database.query<{ events: bigint }>('SELECT count(*) AS events FROM event_log');
  const events = Number(counted!.events);
  await migrate(database, [PROJECTION_MIGRATION, WATERMARK_MIGRATION, ANCHOR_MIGRATION], 'runtime');
  const log = pino({ level: 'silent' });
  const feeds = new FeedDirectory();
  feeds.add(
    'device-registry',
    new StoreLogFeed(
      'device-registry',
      store,
      (event) => deviceRegistryService.publish(event),
      new PublishedWatermark(database),
    ),
  );
  feeds.add('contract', {
    read: ({ after }) => Promise.resolve({ messages: [], upTo: after, settled: after }),
  });
  const bus = new EmbeddedEventBus(feeds, { log });
  const host = new ProjectionHost(
    {
      service: 'device-registry',
      database,
      bus,
      feeds,
      settled: () => store.settledPosition(),
      clock: new SystemClock(),
      log,
    },
    deviceRegistryService.projections.filter(({ name }) => name === PROJECTION),
  );
  try {
    await host.open();
    const last = await store.lastPosition();
    const made = await loadOf(server, async () => {
      await host.start();
      if (!(await host.reached('device-registry', last, A_DAY))) throw new Error('the log is not read');
    });
    note(`the projection is made after ${made.seconds.toFixed(0)} s`);
    let applied = 0;
    const replayed = await loadOf(server, async () => {
      const { same, messages } = await host.replay(PROJECTION, () => undefined);
      if (!same) throw new Error('the replay differs');
      if (messages !== events) throw new Error(`${messages} of ${events} messages were read`);
      applied = messages;
    });
    note(`replay: ${replayed.seconds.toFixed(1)} s, peak ${replayed.peakMegabytes} MB`);
    return {
      name: 'replay of the directory, compared',
      unit: 'events',
      rate: applied / replayed.seconds,
      limit: events / made.seconds,
      limitIs: 'the same projection made alone',
      load: replayed,
    };
  } finally {
    await host.stop();
    await bus.close();
  }
}

/** Appends that get their leaves at once, by turns with appends alone: nothing of the tree is in the way of an append, so this is the most that it can cost. */
async function appends(server: CountedServer, store: PostgresEventStore, proved: ProvedLog): Promise<Figure> {
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

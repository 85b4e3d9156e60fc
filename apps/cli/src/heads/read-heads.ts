import { hasTable, type Database, type Sql } from '@smartkey/database';
import { pagesAhead } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { storedTreeHead } from '@smartkey/transparency';
import { keysNeeded } from '../data/keys-needed.ts';
import type { Data } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';
import { HEADS_FORMAT, type Head, type HeadsFile, type ServiceHeads } from './heads-file.ts';
import { keptTables, tableState, type TableState } from './kept-tables.ts';

const PAGE = 2_000;

/** How far each log goes now, and how the tables stand that no log holds. A service's schema is read as it was at one moment. */
export async function readHeads(data: Data): Promise<HeadsFile> {
  const services: Record<string, ServiceHeads> = {};
  for await (const { service, database } of data.started(KEEPERS)) {
    const heads = (await hasTable(database, 'event_log'))
      ? await database.transaction((tx) => headsInPostgres(tx, service), { isolation: 'snapshot' })
      : await headsElsewhere(data, service, database);
    if (heads !== undefined) services[service] = heads;
  }
  return {
    format: HEADS_FORMAT,
    madeAt: new Date().toISOString(),
    keys: await keysNeeded(data),
    services,
  };
}

async function headsInPostgres(sql: Sql, service: string): Promise<ServiceHeads> {
  const [head] = await sql.query<{ position: bigint; id: string; hash: string }>(
    `SELECT position, id, encode(hash, 'hex') AS hash FROM event_log ORDER BY position DESC LIMIT 1`,
  );
  const [{ events } = { events: 0n }] = await sql.query<{ events: bigint }>(
    'SELECT count(*) AS events FROM event_log',
  );
  return {
    place: 'postgres',
    events: Number(events),
    head: head === undefined ? null : headOf(head),
    ...(await besides(sql, service)),
  };
}

/** The log first: what it needs of the tables was written before. */
async function headsElsewhere(
  data: Data,
  service: (typeof KEEPERS)[number],
  database: Database,
): Promise<ServiceHeads | undefined> {
  if (!(await hasTable(database, 'log_identity'))) return undefined;
  const store = await data.log(service, database);
  let events = 0;
  let last: RecordedEvent | undefined;
  for await (const page of pagesAhead((after) => store.readAll({ after, limit: PAGE }))) {
    events += page.events.length;
    last = page.events.at(-1) ?? last;
  }
  const beside = await database.transaction((tx) => besides(tx, service), { isolation: 'snapshot' });
  return { place: 'eventstoredb', events, head: last === undefined ? null : headOf(last), ...beside };
}

const headOf = ({ position, id, hash }: Pick<RecordedEvent, 'position' | 'id' | 'hash'>): Head => ({
  position: String(position),
  id,
  hash,
});

async function besides(sql: Sql, service: string): Promise<Pick<ServiceHeads, 'tree' | 'tables'>> {
  const tables: Record<string, TableState> = {};
  for (const table of keptTables(service)) {
    const state = await tableState(sql, table);
    if (state !== undefined) tables[table.name] = state;
  }
  return { tree: (await storedTreeHead(sql)) ?? null, tables };
}

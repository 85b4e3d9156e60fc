import { hasTable, type Database } from '@smartkey/database';
import type { Instant } from '@smartkey/kernel';
import type { Data } from '../data/open-data.ts';
import { KEEPERS } from '../data/services.ts';

/** How a pause stood when it was ended. */
export interface EndedPause {
  readonly service: string;
  readonly until: Instant;
  /** Its limit had come before. */
  readonly over: boolean;
}

/**
 * What every append writes to first: the log itself, or in the case of EventStoreDB the claims of its ids. A trigger that is there while a pause
 * is costs nothing at other times; making it waits for the transactions that have appended already.
 */
const DOORS = ['event_log', 'event_claims'] as const;

/** Claims that are made for what is in the log already, as each opening of it does, append nothing. */
const APPENDS: Readonly<Record<(typeof DOORS)[number], string>> = {
  event_log: '',
  event_claims: `WHEN (NEW.holders <> ARRAY['00000000-0000-0000-0000-000000000000/0'])`,
};

/** From its claim on an append to EventStoreDB may take so long in the worst case, tried again and left to settle: milliseconds of the system's clock. */
export const UNDER_WAY_MILLIS = 20_000;

/** As of a lock that cannot be had: callers are answered 503, timers and readers try again, and nobody takes the disk for full. */
const REFUSED = '55P03';

/**
 * Lets no event into any log until then (system time of the database), in every instance. What was begun before is in the log when this
 * answers, where the log is in PostgreSQL.
 * @returns the services paused, those in EventStoreDB apart.
 */
export async function pauseAppends(
  data: Data,
  minutes: number,
): Promise<{
  readonly until: Instant;
  readonly paused: readonly string[];
  readonly claiming: readonly string[];
}> {
  const paused: string[] = [];
  const claiming: string[] = [];
  let until: Instant | undefined;
  for await (const { service, database } of data.started(KEEPERS)) {
    const door = await doorOf(database);
    if (door === undefined) continue;
    until ??= await instantIn(database, minutes);
    await close(database, door, until);
    (door === 'event_log' ? paused : claiming).push(service);
  }
  return { until: until!, paused, claiming };
}

/** Lets events in again. */
export async function resumeAppends(data: Data): Promise<readonly EndedPause[]> {
  const ended: EndedPause[] = [];
  for await (const { service, database } of data.started(KEEPERS)) {
    const pause = await pauseOf(database);
    if (pause === undefined) continue;
    // The triggers go with their function.
    await database.transaction((tx) =>
      tx.script('DROP FUNCTION refuse_while_paused() CASCADE; DROP TABLE appends_pause'),
    );
    ended.push({ service, ...pause });
  }
  return ended;
}

/** A pause that is in force, or was and was not ended; undefined where there is none. */
export async function pauseOf(
  database: Database,
): Promise<{ readonly until: Instant; readonly over: boolean } | undefined> {
  if (!(await hasTable(database, 'appends_pause'))) return undefined;
  const [row] = await database.query<{ until: Instant; over: boolean }>(
    'SELECT until, until <= clock_timestamp() AS over FROM appends_pause',
  );
  return row;
}

async function doorOf(database: Database): Promise<(typeof DOORS)[number] | undefined> {
  for (const door of DOORS) if (await hasTable(database, door)) return door;
  return undefined;
}

async function instantIn(database: Database, minutes: number): Promise<Instant> {
  const [row] = await database.query<{ until: Instant }>(
    `SELECT date_trunc('milliseconds', clock_timestamp()) + $1 * interval '1 minute' AS until`,
    [minutes],
  );
  return row!.until;
}

function close(database: Database, door: (typeof DOORS)[number], until: Instant): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.script(`
      SET LOCAL lock_timeout = '30s';
      CREATE TABLE IF NOT EXISTS appends_pause (
        one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
        until   timestamptz NOT NULL
      );
      CREATE OR REPLACE FUNCTION refuse_while_paused() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        v_until timestamptz;
      BEGIN
        EXECUTE format('SELECT until FROM %I.appends_pause', TG_TABLE_SCHEMA) INTO v_until;
        IF v_until > clock_timestamp() THEN
          RAISE EXCEPTION 'appends are paused for a backup until %', v_until USING ERRCODE = '${REFUSED}';
        END IF;
        RETURN NEW;
      END
      $$;
      CREATE OR REPLACE TRIGGER appends_pause BEFORE INSERT ON ${door}
        FOR EACH ROW ${APPENDS[door]} EXECUTE FUNCTION refuse_while_paused();`);
    await tx.execute(
      'INSERT INTO appends_pause (until) VALUES ($1) ON CONFLICT (one_row) DO UPDATE SET until = excluded.until',
      [until],
    );
  });
}

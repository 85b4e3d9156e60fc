import type { Database } from '@smartkey/database';
import { whileOpen } from '@smartkey/lifecycle';
import { enterpriseQuote, Steps, type System } from '@smartkey/testing/end-to-end';
import { readFile } from 'node:fs/promises';
import { type Figure, secondsOf } from './measure.ts';
import { secondsOfSameRows } from './same-rows.ts';
import { openData } from './scratch.ts';
import { DATABASE_SETTING, unlimitedSystem } from './unlimited-system.ts';

/** An import of many IDs through the whole system, beside bare inserts of the very rows that it has left behind, in every table that has some for each ID. */
export function importBench(imported: number): Promise<Figure[]> {
  return whileOpen(async (closers) => {
    const system = await unlimitedSystem(closers, DATABASE_SETTING);
    const seconds = await secondsOfImport(system, imported);
    const peakMegabytes = await mostMegabytes(system.processId);
    await system.stop();
    const server = await openData(system.dataFolder);
    closers.add('its database', () => server.close());
    const { bare, tables, transactions } = await sameRows(await server.database('bare_import'), imported);
    return [
      {
        name: `import of ${imported.toLocaleString('en')} IDs`,
        unit: 'IDs',
        rate: imported / seconds,
        limit: imported / bare,
        limitIs: 'bare inserts of the same rows',
        note: tables.join(' '),
        load: { seconds, peakMegabytes, transactions },
      },
    ];
  }, 60_000);
}

/** Imports so many IDs into a contract of their own. */
export async function secondsOfImport(system: System, imported: number): Promise<number> {
  const steps = new Steps(system.operator);
  const contract = await steps.accepted('enterprise', '2018-01-01', enterpriseQuote('2018-01'));
  const rows = Array.from({ length: imported }, (_, n) => `user-${n},社員 ${n},register`);
  return secondsOf(() => steps.import(contract, ['externalId,displayName,action', ...rows].join('\n'), 600));
}

/** The most that a process has had resident, as Linux says; 0 elsewhere. */
async function mostMegabytes(pid: number | undefined): Promise<number> {
  if (process.platform !== 'linux' || pid === undefined) return 0;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round((Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024) / 1e6);
}

/** Tables with a row for at least every second ID: what else is written is none of the IDs'. */
async function sameRows(
  database: Database,
  imported: number,
): Promise<{ readonly bare: number; readonly tables: readonly string[]; readonly transactions: number }> {
  const all = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname !~ '^(pg_|information_schema|bare_)' order by 1`,
  );
  let bare = 0;
  const tables: string[] = [];
  for (const { name } of all) {
    const [counted] = await database.query<{ rows: number }>(`select count(*)::integer as rows from ${name}`);
    if (counted!.rows * 2 < imported) continue;
    const { seconds, rows } = await secondsOfSameRows(database, name);
    bare += seconds;
    tables.push(`${name} ${(rows / imported).toFixed(1)}×`);
  }
  // Positions of the log begin with the number of their transaction; those that only read have none.
  const [written] = await database.query<{ transactions: number }>(
    `select ((max(position) >> 20) - (min(position) >> 20))::integer as transactions from device_registry.event_log where type = 'IdRegistered'`,
  );
  return { bare, tables, transactions: written!.transactions };
}

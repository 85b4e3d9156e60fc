import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite, type Database, type DatabaseServer } from '@smartkey/database';
import type { SecretBox } from '@smartkey/secrets';
import { createHash } from 'node:crypto';
import { billingMigrations } from './billing.migrations.ts';
import { CloseRunStore } from './close/close-run.store.ts';
import { ExportFiles } from './exports/export-files.ts';

let server: DatabaseServer;
beforeAll(async () => {
  server = await openPglite(undefined);
});
afterAll(() => server.close());

/** A database as the program left it that knew the migrations up to one. */
async function leftBy(schema: string, last: string): Promise<Database> {
  const database = await server.database(schema);
  const known = billingMigrations.findIndex(({ id }) => id === last) + 1;
  await migrate(database, billingMigrations.slice(0, known));
  return database;
}
const bytesOf = async (files: ExportFiles, id: string): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of files.read(id)) parts.push(part);
  return Buffer.concat(parts);
};

/** Seals with a mark, so that a test sees what is sealed. */
const BOX: SecretBox = {
  seal: (secret, context) => Promise.resolve(`${context}|${Buffer.from(secret).toString('base64')}`),
  open: (sealed, context) => {
    const [told, text] = sealed.split('|') as [string, string];
    return told === context ? Promise.resolve(Buffer.from(text, 'base64')) : Promise.reject(new Error(told));
  },
};

describe('tables written by former versions', () => {
  it('the parked contracts of a run have rows of their own, and their number', async () => {
    const database = await leftBy('runs', '0002-export-files');
    const parked = ['b', 'a', 'c'].map((contract) => ({ contract, code: 'not-ratable', reason: 'x' }));
    for (const [run, list] of [
      ['run_1', parked],
      ['run_2', []],
    ] as const)
      await database.execute(
        `insert into close_run (run, month, state, total, issued, parked, requested_at, updated_at)
         values ($1, '2018-01', 'partial', 5, 2, $2::text::jsonb, now(), now())`,
        [run, JSON.stringify(list)],
      );
    await migrate(database, billingMigrations);
    const runs = new CloseRunStore(database);
    expect(await runs.find('run_1')).toMatchObject({ counts: { total: 5, issued: 2, parked: 3 } });
    expect(await runs.find('run_2')).toMatchObject({ counts: { parked: 0 } });
    expect((await runs.parkedPage('run_1', '', 2)).map(({ contract }) => contract)).toEqual(['a', 'b']);
    expect(await runs.parkedPage('run_1', 'b', 2)).toEqual([parked[2]]);
    expect(await runs.parkedPage('run_2', '', 2)).toEqual([]);
    // The newest run of the month left nobody to a person.
    expect(await runs.parkedContracts()).toBe(0);
  });

  it('an export’s file is one of one part', async () => {
    const database = await leftBy('exports', '0002-export-files');
    await database.execute('insert into export_file (id, bytes) values ($1, $2)', [
      'exp_1',
      Buffer.from('old'),
    ]);
    await migrate(database, billingMigrations);
    expect((await bytesOf(new ExportFiles(database, BOX), 'exp_1')).toString()).toBe('old');
  });
});

describe('the file of an export', () => {
  it('lies in parts, however long it is, and comes back byte by byte', async () => {
    const database = await leftBy('parts', billingMigrations.at(-1)!.id);
    const files = new ExportFiles(database, BOX);
    const writer = files.write('exp_1');
    const rows = Array.from({ length: 5_000 }, (_, n) => Buffer.from(`${n},${'x'.repeat(90)}\r\n`));
    for (const row of rows) await writer.append(row);
    const { bytes, sha256 } = await writer.end();
    const read = await bytesOf(files, 'exp_1');
    expect(read).toEqual(Buffer.concat(rows));
    expect([read.length, createHash('sha256').update(read).digest('hex')]).toEqual([bytes, sha256]);
    const sizes = await database.query<{ size: number }>(
      'select length(sealed) as size from export_file order by part',
    );
    expect(sizes.length).toBeGreaterThan(3);
    expect(Math.max(...sizes.map(({ size }) => size))).toBeLessThan(200_000);
    // One of several that go into a file may become the whole.
    const part = files.write('exp_2/~1');
    await part.append(Buffer.from('whole'));
    await part.end();
    await files.rename('exp_2/~1', 'exp_2');
    expect((await bytesOf(files, 'exp_2')).toString()).toBe('whole');
    await files.remove('exp_1');
    expect(await bytesOf(files, 'exp_1')).toHaveLength(0);
  });
});

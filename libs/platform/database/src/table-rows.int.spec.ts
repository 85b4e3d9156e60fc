import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPglite } from './pglite/open-pglite.ts';
import { TableRows } from './table-rows.ts';
import type { Database, DatabaseServer } from './database.port.ts';

let server: DatabaseServer;
let database: Database;

beforeAll(async () => {
  server = await openPglite(undefined);
  database = await server.database('rows');
  await database.script('create table thing (id text primary key, size integer, told jsonb not null)');
});
afterAll(() => server.close());
beforeEach(() => database.execute('delete from thing'));

const COLUMNS = { id: 'text', size: 'integer', told: 'jsonb' } as const;
const things = () => database.query('select id, size, told from thing order by id');

describe('rows that are written together', () => {
  it('say what is not there as null, and keep JSON of any kind', async () => {
    const rows = new TableRows('thing', COLUMNS);
    const written = await rows.insert(database, [
      { id: 'a', size: 1, told: ['x'] },
      { id: 'b', size: undefined, told: 'text' },
    ]);
    expect(written).toBe(2);
    expect(await things()).toEqual([
      { id: 'a', size: 1, told: ['x'] },
      { id: 'b', size: null, told: 'text' },
    ]);
    expect(await rows.insert(database, [])).toBe(0);
  });

  it('leave those that are there as they are, or write all but their key over', async () => {
    await new TableRows('thing', COLUMNS).insert(database, [{ id: 'a', size: 1, told: {} }]);
    const again = [{ id: 'a', size: 2, told: { n: 2 } }];
    expect(await new TableRows('thing', COLUMNS, { onConflict: 'skip' }).insert(database, again)).toBe(0);
    expect(await things()).toEqual([{ id: 'a', size: 1, told: {} }]);
    await new TableRows('thing', COLUMNS, { onConflict: ['id'] }).insert(database, again);
    expect(await things()).toEqual(again);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { migrate, MigrationError, openPglite, openPostgres, type DatabaseServer } from '../index.ts';

const first = { id: '0001-first', sql: 'CREATE TABLE counted (n integer); INSERT INTO counted VALUES (1);' };
const second = { id: '0002-second', sql: 'UPDATE counted SET n = n + 1' };

function migrations(adapter: string, open: () => Promise<DatabaseServer>): void {
  describe(`migrations on ${adapter}`, () => {
    let server: DatabaseServer;
    let schemas = 0;
    beforeAll(async () => {
      server = await open();
    });
    afterAll(() => server.close());
    const fresh = () => server.database(`schema_${(schemas += 1)}`);

    it('are applied once, in order, and only the missing ones', async () => {
      const database = await fresh();
      await migrate(database, [first]);
      await migrate(database, [first, second]);
      await migrate(database, [first, second]);
      expect(await database.query('SELECT n FROM counted')).toEqual([{ n: 2 }]);
    });

    it('are applied once by many instances that start together', async () => {
      const database = await fresh();
      await Promise.all(Array.from({ length: 5 }, () => migrate(database, [first, second])));
      expect(await database.query('SELECT n FROM counted')).toEqual([{ n: 2 }]);
    });

    it('of one library know nothing of another one in the same schema', async () => {
      const database = await fresh();
      await migrate(database, [first], 'a');
      await migrate(database, [{ id: '0001-first', sql: 'CREATE TABLE of_b (n integer)' }], 'b');
      expect(await database.query('SELECT FROM of_b')).toEqual([]);
    });

    it('leave nothing of one that fails, and keep those before it', async () => {
      const database = await fresh();
      const broken = { id: '0002-broken', sql: 'UPDATE counted SET n = 7; SELECT 1 / 0' };
      await expect(migrate(database, [first, broken])).rejects.toMatchObject({ code: '22012' });
      expect(await database.query('SELECT n FROM counted')).toEqual([{ n: 1 }]);
      await migrate(database, [first, second]);
      expect(await database.query('SELECT n FROM counted')).toEqual([{ n: 2 }]);
    });

    it.each([
      ['was edited', [{ ...first, sql: 'CREATE TABLE counted (n bigint)' }], /0001-first .* edited/],
      ['is unknown', [second], /has seen migration 0001-first/],
      [
        'stands before an applied one',
        [{ id: '0000-late', sql: '' }, first, second],
        /0000-late .* is missing/,
      ],
      ['stands out of order', [second, first], /0001-first stands behind 0002-second/],
    ])('are refused before anything is changed where one %s', async (_case, list, message) => {
      const database = await fresh();
      await migrate(database, [first]);
      const refused = migrate(database, list);
      await expect(refused).rejects.toBeInstanceOf(MigrationError);
      await expect(refused).rejects.toThrow(message);
      expect(await database.query('SELECT n FROM counted')).toEqual([{ n: 1 }]);
    });

    it('may be indented otherwise', async () => {
      const database = await fresh();
      await migrate(database, [first]);
      await migrate(database, [{ ...first, sql: `\n   ${first.sql.replaceAll(' ', '\n ')}` }]);
    });
  });
}

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

migrations('PGlite', () => openPglite(undefined));
migrations('PostgreSQL', async () => openPostgres(await postgres.createDatabase(), { max: 6 }));

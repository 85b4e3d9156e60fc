import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PostgresHarness, smallDisk, type SmallDisk, startPostgres, until } from '@smartkey/testing';
import { serverUser } from '@smartkey/servers';
import { Client } from 'pg';
import {
  type Database,
  type DatabaseServer,
  DatabaseUnavailableError,
  openPglite,
  openPostgres,
  WritesUnavailableError,
} from './index.ts';
import { proveFolderWrites } from './pglite/folder-writes.ts';

const write = (database: Database, rows = 100): Promise<number> =>
  database.execute(
    'INSERT INTO item (text) SELECT repeat(md5(random()::text), 30) FROM generate_series(1, $1::int)',
    [rows],
  );

/** Writes until that is refused. */
async function untilRefused(database: Database): Promise<unknown> {
  for (;;)
    try {
      await write(database);
    } catch (error) {
      return error;
    }
}

const takesWrites = (database: Database): Promise<boolean> =>
  database.checkWrites().then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      return false;
    },
  );

const disk: SmallDisk | undefined = await smallDisk(160);
const onDisk = disk === undefined ? describe.skip : describe;
afterAll(() => disk?.remove());

onDisk('a disk that is full', () => {
  describe('under the embedded database', () => {
    let server: DatabaseServer;
    let database: Database;
    beforeAll(async () => {
      server = await openPglite(join(disk!.folder, 'data'));
      database = await server.database('one');
      await database.script('CREATE TABLE item (id serial PRIMARY KEY, text text)');
      await write(database);
    });
    afterAll(() => server.close());

    it('refuses writes and says so, reads on, and takes writes again once there is room', async () => {
      await database.checkWrites();
      await disk!.fill();
      expect(await untilRefused(database)).toBeInstanceOf(WritesUnavailableError);
      await expect(database.checkWrites()).rejects.toThrow(/the disk of the data folder is full/);
      expect(await database.query('SELECT count(*) > 99 AS there FROM item')).toEqual([{ there: true }]);
      await disk!.empty();
      await until(() => takesWrites(database));
      expect(await write(database, 7)).toBe(7);
    });

    it('is not ready while there is too little room for the next part of the log', async () => {
      await disk!.fill(20 * 1024 * 1024);
      await expect(database.checkWrites()).rejects.toMatchObject({
        reason: expect.stringMatching(/full but for less than 32 MiB/),
      });
      await disk!.empty();
      await database.checkWrites();
    });

    it('says that the file system takes no writes, and when it does again', async () => {
      const other = (await smallDisk(64))!;
      await proveFolderWrites(other.folder);
      await other.readOnly(true);
      await expect(proveFolderWrites(other.folder)).rejects.toThrow('takes no writes');
      await other.readOnly(false);
      await proveFolderWrites(other.folder);
      await other.remove();
    });

    it('ends where no more log can be written, and is opened again in the same process, with all that it acknowledged', async () => {
      await database.script(
        `CREATE TABLE counter (id int PRIMARY KEY, n int, text text); INSERT INTO counter VALUES (1, 0, '')`,
      );
      await disk!.fill();
      let acknowledged = 0;
      let refusal: unknown;
      // In place: the pages are there, and only the log grows.
      while (refusal === undefined)
        try {
          await database.execute(
            `UPDATE counter SET n = n + 1, text = (SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 60))`,
          );
          acknowledged += 1;
        } catch (error) {
          refusal = error;
        }
      expect(refusal).toBeInstanceOf(DatabaseUnavailableError);
      for (let n = 0; n < 3; n += 1)
        await expect(write(database, 1)).rejects.toBeInstanceOf(DatabaseUnavailableError);
      await expect(database.transaction((tx) => tx.query('SELECT 1'))).rejects.toBeInstanceOf(
        DatabaseUnavailableError,
      );
      await disk!.empty();
      await until(() => takesWrites(database));
      const [row] = await database.query<{ n: number }>('SELECT n FROM counter');
      // The one that was refused may have come to be: nobody was told that it did.
      expect([acknowledged, acknowledged + 1]).toContain(row!.n);
      expect(await write(database, 5)).toBe(5);
    }, 300_000);
  });

  describe('under a PostgreSQL server', () => {
    let postgres: PostgresHarness;
    let server: DatabaseServer;
    let database: Database;
    let url: string;
    beforeAll(async () => {
      postgres = await startPostgres({ autovacuum: 'off' });
      const place = join(disk!.folder, 'tablespace');
      await mkdir(place, { mode: 0o700 });
      const { uid, gid } = serverUser();
      await chown(place, uid!, gid!);
      url = await postgres.createDatabase();
      const client = new Client(url);
      await client.connect();
      await client.query(`CREATE TABLESPACE small LOCATION '${place}'`);
      await client.query('CREATE DATABASE onsmall TABLESPACE small');
      await client.end();
      url = url.replace(/[^/]+$/, 'onsmall');
      server = await openPostgres(url);
      database = await server.database('one');
      await database.script('CREATE TABLE item (id serial PRIMARY KEY, text text)');
      await write(database);
    });
    afterAll(async () => {
      await server.close();
      await postgres.stop();
    });

    it('refuses writes and says so from then on, reads on, and takes writes again once there is room', async () => {
      await database.checkWrites();
      await disk!.fill();
      expect(await untilRefused(database)).toMatchObject({ code: '53100', reason: 'its disk is full' });
      for (let n = 0; n < 2; n += 1)
        await expect(database.checkWrites()).rejects.toMatchObject({ reason: 'its disk is full' });
      expect(await database.query('SELECT count(*) > 99 AS there FROM item')).toEqual([{ there: true }]);
      await disk!.empty();
      await database.checkWrites();
      expect(await write(database, 7)).toBe(7);
    });

    it('says that it is read-only, and when it is not any more', async () => {
      const client = new Client(url);
      await client.connect();
      const change = async (words: string): Promise<void> => {
        await client.query(`ALTER DATABASE onsmall ${words}`);
        // It holds for new sessions.
        await client.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        );
      };
      await change('SET default_transaction_read_only = on');
      await until(async () => !(await takesWrites(database)));
      await until(() =>
        write(database).then(
          () => false,
          (error: unknown) => error instanceof WritesUnavailableError,
        ),
      );
      await expect(database.checkWrites()).rejects.toThrow('read-only');
      await client.query('SET default_transaction_read_only = off');
      await change('RESET default_transaction_read_only');
      await client.end();
      await until(() => takesWrites(database));
      expect(await write(database, 2)).toBe(2);
    });
  });
});

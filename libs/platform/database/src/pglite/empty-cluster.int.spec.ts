import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyCluster, layEmptyCluster, makeEmptyCluster } from './empty-cluster.ts';

/** What a database is before anything is written into it: everything but when and under which number it was made. */
async function describeCluster(pglite: PGlite): Promise<unknown> {
  const { rows } = await pglite.query(`
    SELECT version(), (SELECT json_agg(t ORDER BY oid) FROM (SELECT oid, relname, relkind FROM pg_class WHERE oid < 16384) t) AS relations,
      (SELECT json_agg(d) FROM (SELECT datname, encoding, datcollate, datctype, datlocprovider FROM pg_database ORDER BY datname) d) AS databases,
      (SELECT json_agg(r) FROM (SELECT rolname, rolsuper FROM pg_roles ORDER BY rolname) r) AS roles,
      (SELECT json_agg(s) FROM (SELECT name, setting FROM pg_settings WHERE name <> 'TimeZone' AND name !~ 'directory|_file$' ORDER BY name) s) AS settings`);
  return rows[0];
}

describe('the files of an empty PostgreSQL, made by the build', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-empty-cluster-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are what initdb makes, are there for what is built now, and are made once', async () => {
    const place = join(folder, 'made');
    // Of another version of the library.
    await mkdir(place);
    await writeFile(join(place, 'empty-cluster-0123456789abcdef.tar.gz'), '');
    await makeEmptyCluster(place);
    const [name, ...others] = await readdir(place);
    expect([...others]).toEqual([]);
    expect(emptyCluster()).toBeDefined();
    const before = await stat(join(place, name!));
    await makeEmptyCluster(place);
    expect((await stat(join(place, name!))).mtimeMs).toBe(before.mtimeMs);
    const made = await PGlite.create();
    const loaded = await PGlite.create({ loadDataDir: new Blob([emptyCluster(place)!]) });
    try {
      expect(await describeCluster(loaded)).toEqual(await describeCluster(made));
    } finally {
      await made.close();
      await loaded.close();
    }
  });

  it('are laid all at once and closed to others, where there is no database, also after a death in the midst of that', async () => {
    const files = join(folder, 'laid');
    await mkdir(`${files}.making/base`, { recursive: true });
    await writeFile(`${files}.making/PG_VERSION`, 'half of it');
    await layEmptyCluster(files);
    expect(existsSync(`${files}.making`)).toBe(false);
    expect(await readFile(join(files, 'PG_VERSION'), 'utf8')).toBe('18\n');
    expect((await stat(join(files, 'PG_VERSION'))).mode & 0o777).toBe(0o600);
    expect((await stat(files)).mode & 0o777).toBe(0o700);
    await writeFile(join(files, 'ours'), '');
    await layEmptyCluster(files);
    expect(existsSync(join(files, 'ours'))).toBe(true);
    const pglite = await PGlite.create(files);
    expect((await pglite.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pglite.close();
  });

  it('are left aside where they are broken: initdb runs instead', async () => {
    const place = join(folder, 'broken');
    await cp(join(folder, 'made'), place, { recursive: true });
    const [name] = await readdir(place);
    await truncate(join(place, name!), 100_000);
    expect(emptyCluster(place)).toBeUndefined();
    await layEmptyCluster(join(folder, 'none'), place);
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect(emptyCluster(join(folder, 'no-such-place'))).toBeUndefined();
  });
});

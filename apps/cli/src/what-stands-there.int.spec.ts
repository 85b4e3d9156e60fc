import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '@smartkey/database';
import { PostgresServer } from '@smartkey/servers';
import { run } from './run.ts';

let folder: string;
let out: string[];
let err: string[];
const at = (...names: string[]): string => join(folder, ...names);
const cli = (env: Record<string, string>, ...words: string[]): Promise<number> => {
  out = [];
  err = [];
  return run(words, { env, out: (line) => void out.push(line), err: (line) => void err.push(line) });
};

/** Each command that works on data, with arguments that another folder would take. */
const COMMANDS: readonly (readonly string[])[] = [
  ['verify'],
  ['replay', 'contract-ctr_05gbxbmjg0yqc0mdmv35ez9a8m'],
  ['rebuild', 'billing', 'usage-ledger'],
  ['parked', 'list'],
  ['parked', 'retry', 'billing', 'usage-ledger', 'contract', 'contract-ctr_05gbxbmjg0yqc0mdmv35ez9a8m'],
  ['dead-letters', 'list'],
  ['dead-letters', 'show', 'billing', '1'],
  ['dead-letters', 'retry', 'billing', '1'],
  ['dead-letters', 'discard', 'billing', '1'],
  ['backup', 'BACKUP'],
  ['rotate-keys'],
];

describe('what stands in the data folder', () => {
  let server: PostgresServer;
  const files = async (name: string): Promise<string[]> => (await readdir(at(name, 'postgres'))).sort();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-cli-'));
    // PostgreSQL runs as another user where root runs this, and must get to its folder.
    await chmod(folder, 0o711);
    await mkdir(at('cluster'), { mode: 0o711 });
    server = await PostgresServer.start(at('cluster', 'postgres'));
    await openPglite(at('empty')).then((pglite) => pglite.close());
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(COMMANDS)(
    'is a cluster’s database: %s %s refuses it with a sentence and writes nothing',
    async (...words) => {
      const before = await files('cluster');
      const backup = at('backup.tar.gz');
      const env = { SMARTKEY_DATA_DIR: at('cluster') };
      expect(await cli(env, ...words.map((word) => (word === 'BACKUP' ? backup : word)))).toBe(2);
      expect(out).toEqual([]);
      expect(err).toEqual([
        expect.stringMatching(/is the folder of a cluster \(npm run cluster\).*name that in DATABASE_URL/),
      ]);
      expect(await files('cluster')).toEqual(before);
      await expect(readdir(backup)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  it('is a cluster’s also while it does not run, and where its database is elsewhere', async () => {
    await mkdir(at('brokers', 'kafka'), { recursive: true });
    await mkdir(at('running'));
    await writeFile(at('running', 'cluster.json'), '{}');
    for (const name of ['brokers', 'running']) {
      expect(await cli({ SMARTKEY_DATA_DIR: at(name) }, 'verify')).toBe(2);
      expect(err.join()).toContain('is the folder of a cluster');
      await expect(openPglite(at(name))).rejects.toThrow('is the folder of a cluster');
    }
  });

  it('is a server’s own folder, or a database that no service ever ran on: refused too', async () => {
    await mkdir(at('server', 'postgres'), { recursive: true });
    for (const file of ['PG_VERSION', 'postmaster.opts']) await writeFile(at('server', 'postgres', file), '');
    expect(await cli({ SMARTKEY_DATA_DIR: at('server') }, 'dead-letters', 'list')).toBe(2);
    expect(err.join()).toContain('holds the files of a PostgreSQL server: name that in DATABASE_URL');
    for (const env of [
      { SMARTKEY_DATA_DIR: at('empty') },
      { SMARTKEY_DATA_DIR: at('nowhere'), DATABASE_URL: server.url },
    ] as Record<string, string>[])
      for (const words of [['dead-letters', 'list'], ['verify'], ['parked', 'list']]) {
        expect(await cli(env, ...words)).toBe(2);
        expect(out).toEqual([]);
        expect(err).toEqual([
          expect.stringMatching(/^no service ever ran on .*: see that SMARTKEY_DATA_DIR/),
        ]);
      }
    expect(await cli({ SMARTKEY_DATA_DIR: at('empty') }, 'backup', at('empty.tar.gz'))).toBe(2);
  });
});

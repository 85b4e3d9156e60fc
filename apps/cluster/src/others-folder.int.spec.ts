import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '@smartkey/database';
import { refuseOthersFolder } from './cluster.ts';

describe('the data folder of a cluster', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-folder-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is none that holds another database', async () => {
    const at = (...names: string[]): string => join(folder, ...names);
    const server = await openPglite(at('embedded'));
    await server.close();
    expect(() => refuseOthersFolder(at('embedded'))).toThrow(
      'SMARTKEY_DATA_DIR holds the embedded database of npm start: name another folder',
    );
    await mkdir(at('server', 'postgres'), { recursive: true });
    for (const file of ['PG_VERSION', 'postmaster.opts']) await writeFile(at('server', 'postgres', file), '');
    expect(() => refuseOthersFolder(at('server'))).toThrow('SMARTKEY_DATA_DIR holds another database');

    await mkdir(at('cluster', 'postgres', 'data'), { recursive: true });
    await writeFile(at('cluster', 'postgres', 'data', 'PG_VERSION'), '');
    for (const name of ['cluster', 'new']) refuseOthersFolder(at(name));
  });
});

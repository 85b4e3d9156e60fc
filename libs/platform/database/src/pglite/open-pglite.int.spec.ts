import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseContract } from '../database.contract.ts';
import { DatabaseUnavailableError, FolderInUseError, openPglite } from '../index.ts';
import { FolderLock } from './folder-lock.ts';

databaseContract('PGlite', () => openPglite(undefined));

describe('PGlite, which several services of one process share', () => {
  it('takes a statement in one message, whichever schemas it looks in', async () => {
    const server = await openPglite(undefined);
    const databases = [await server.database('one'), await server.database('two')];
    for (const database of databases) await database.query('SELECT 1');
    const messages = jest.spyOn(PGlite.prototype, 'execProtocol');
    try {
      for (let round = 0; round < 5; round += 1)
        for (const database of databases) await database.query('SELECT current_schema()');
      expect(messages).toHaveBeenCalledTimes(10);
      await databases[0]!.transaction((tx) => tx.query('SELECT 1'));
      expect(messages).toHaveBeenCalledTimes(13);
    } finally {
      messages.mockRestore();
      await server.close();
    }
  });
});

describe('PGlite in a folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-pglite-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('keeps what was committed over a close, and refuses a second opening meanwhile', async () => {
    const server = await openPglite(folder);
    const database = await server.database('kept');
    await database.script("CREATE TABLE t (v text); INSERT INTO t VALUES ('here')");
    await expect(openPglite(folder)).rejects.toBeInstanceOf(FolderInUseError);
    const last = database.query('SELECT v FROM t');
    await server.close();
    await server.close();
    expect(await last).toEqual([{ v: 'here' }]);
    await expect(database.query('SELECT 1')).rejects.toBeInstanceOf(DatabaseUnavailableError);

    const again = await openPglite(folder);
    expect(await (await again.database('kept')).query('SELECT v FROM t')).toEqual([{ v: 'here' }]);
    await again.close();
  });
});

describe('the lock of a data folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-lock-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const file = () => join(folder, 'lock');

  /** A process knows no TypeScript by itself: it runs what was built. */
  const program = (): string => `
    import { FolderLock } from ${JSON.stringify(new URL('../../dist/pglite/folder-lock.js', import.meta.url).href)};
    await FolderLock.take(${JSON.stringify(folder)});
    console.log('taken');
    setInterval(() => undefined, 1000);`;

  /** Another process that holds the lock until it is killed. */
  async function holder(): Promise<{ readonly pid: number; kill(): Promise<void> }> {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`the holder ended with ${code}`)));
    });
    return {
      pid: child.pid!,
      kill: () =>
        new Promise((resolve) => {
          child.removeAllListeners('exit');
          child.once('exit', () => resolve());
          child.kill('SIGKILL');
        }),
    };
  }

  it('refuses a second process by the folder and the pid, and is taken over once that one was killed', async () => {
    const other = await holder();
    try {
      const refused = FolderLock.take(folder);
      await expect(refused).rejects.toBeInstanceOf(FolderInUseError);
      await expect(refused).rejects.toMatchObject({ folder, pid: other.pid });
      await expect(refused).rejects.toThrow(`${folder} is in use by another process (pid ${other.pid})`);
    } finally {
      await other.kill();
    }
    await (await FolderLock.take(folder)).release();
    await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is had by one only when several take a dead one over at once', async () => {
    await (await holder()).kill();
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => FolderLock.take(folder)));
    const taken = tries.filter((one) => one.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    for (const one of tries)
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(FolderInUseError);
    await taken[0]!.value.release();
  });

  it('takes over from a pid that was given to another process since', async () => {
    const lock = await FolderLock.take(folder);
    const mine = JSON.parse(await readFile(file(), 'utf8')) as Record<string, unknown>;
    await lock.release();
    // Without /proc a pid cannot be told from the same one given again, and the folder stays refused.
    if (mine['started'] === '') return;
    await writeFile(file(), JSON.stringify({ ...mine, started: '1', token: 'former' }));
    await (await FolderLock.take(folder)).release();
  });

  it('refuses a holder of another system as long as that one touches its file', async () => {
    await writeFile(
      file(),
      JSON.stringify({ pid: 1, system: `not ${hostname()}`, started: '', token: 'elsewhere' }),
    );
    const beat = setInterval(
      () => void writeFile(file(), JSON.stringify({ pid: 1, system: 'x', started: '', token: 'y' })),
      200,
    );
    try {
      await expect(FolderLock.take(folder)).rejects.toBeInstanceOf(FolderInUseError);
    } finally {
      clearInterval(beat);
    }
    await rm(file());
  });
});

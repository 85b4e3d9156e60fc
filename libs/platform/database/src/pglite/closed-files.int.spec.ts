import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPglite } from '../index.ts';
import { closedFolder, closeTree, OpenToOthersError } from '@smartkey/files';

let base: string;
let said: string[];
const at = (...names: string[]): string => join(base, ...names);
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);
const options = () => ({ marks: ['postgres'], warn: (message: string) => void said.push(message) });

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'smartkey-closed-'));
  said = [];
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe('a folder for data', () => {
  it('is made for its owner alone, and so is each folder on the way to it', async () => {
    await closedFolder(at('a', 'b'), options());
    expect([await modeOf(at('a')), await modeOf(at('a', 'b'))]).toEqual(['700', '700']);
    expect(said).toEqual([]);
  });

  it.each([0o755, 0o770, 0o701])(
    'that is open (%o) is closed with a warning where it is empty or holds data',
    async (mode) => {
      for (const content of [undefined, 'postgres']) {
        const folder = at(`of-${content}`);
        await mkdir(folder);
        if (content !== undefined) await mkdir(join(folder, content));
        await chmod(folder, mode);
        await closedFolder(folder, options());
        await closedFolder(folder, options());
        expect(await modeOf(folder)).toBe('700');
      }
      expect(said).toHaveLength(2);
      expect(said[0]).toContain(`${at('of-undefined')} was open to other users (mode 0${mode.toString(8)})`);
    },
  );

  it('may be walked through where that is asked for, and no more', async () => {
    await mkdir(at('through'));
    await chmod(at('through'), 0o755);
    await closedFolder(at('through'), { ...options(), mode: 0o711 });
    expect(await modeOf(at('through'))).toBe('711');
    said = [];
    await closedFolder(at('through'), { ...options(), mode: 0o711 });
    expect(said).toEqual([]);
  });

  it('is never a folder shared with other things, which is left as it is', async () => {
    await mkdir(at('home'));
    await writeFile(at('home', 'letter.txt'), '');
    await chmod(at('home'), 0o755);
    await mkdir(at('tmp'));
    await mkdir(at('tmp', 'postgres'));
    await chmod(at('tmp'), 0o1777);
    for (const [name, mode] of [
      ['home', '755'],
      ['tmp', '1777'],
    ] as const) {
      const refused = closedFolder(at(name), options());
      await expect(refused).rejects.toBeInstanceOf(OpenToOthersError);
      await expect(refused).rejects.toThrow(`${at(name)} is open to other users`);
      expect(await modeOf(at(name))).toBe(mode);
    }
  });
});

/** Only root can become another user, whose folder it is not. */
const byRoot = process.getuid?.() === 0 ? it : it.skip;

describe('another user’s folder', () => {
  byRoot('that is open is refused in a sentence that says what to do', async () => {
    await chmod(base, 0o755);
    await mkdir(at('theirs'));
    await chmod(at('theirs'), 0o755);
    process.seteuid!(65534);
    try {
      await expect(closedFolder(at('theirs'), options())).rejects.toThrow(
        /theirs is open to other users \(mode 0755\) and cannot be closed to them \(EPERM\): let the user that runs this own it/,
      );
    } finally {
      process.seteuid!(0);
    }
    expect(said).toEqual([]);
  });
});

describe('a tree of files', () => {
  it('is closed whole; what a link leads to is left alone', async () => {
    await mkdir(at('tree', 'deep'), { recursive: true });
    await writeFile(at('tree', 'deep', 'file'), '');
    await writeFile(at('outside'), '');
    await symlink(at('outside'), at('tree', 'link'));
    for (const path of [at('tree'), at('tree', 'deep')]) await chmod(path, 0o777);
    for (const path of [at('tree', 'deep', 'file'), at('outside')]) await chmod(path, 0o666);
    await closeTree(at('tree'));
    expect([
      await modeOf(at('tree')),
      await modeOf(at('tree', 'deep')),
      await modeOf(at('tree', 'deep', 'file')),
    ]).toEqual(['700', '700', '600']);
    expect(await modeOf(at('outside'))).toBe('666');
  });
});

describe('the embedded database', () => {
  const openFiles = async (): Promise<string[]> => {
    const open: string[] = [];
    for (const entry of await readdir(at('data'), { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (((await stat(path)).mode & 0o077) !== 0) open.push(path);
    }
    return open;
  };

  it('is its owner’s alone after each start and each stop, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      const server = await openPglite(at('data'));
      expect(await modeOf(at('data'))).toBe('700');
      expect(await openFiles()).toEqual([]);
      await (
        await server.database('kept')
      ).script('create table t as select generate_series(1, 1000) as n; checkpoint');
      await server.close();
      expect(await openFiles()).toEqual([]);
    } finally {
      process.umask(umask);
    }
    // As a version before left it, or a process that was killed.
    await chmod(at('data'), 0o755);
    await chmod(at('data', 'postgres'), 0o755);
    await chmod(at('data', 'postgres', 'PG_VERSION'), 0o666);
    const again = await openPglite(at('data'), { warn: (message) => void said.push(message) });
    expect(await modeOf(at('data'))).toBe('700');
    expect(await openFiles()).toEqual([]);
    expect(said).toEqual([expect.stringContaining('could be read until now')]);
    await again.close();
  });

  it('is not opened in a folder that others can read and that cannot be closed', async () => {
    await mkdir(at('shared'));
    await writeFile(at('shared', 'other'), '');
    await chmod(at('shared'), 0o755);
    await expect(openPglite(at('shared'))).rejects.toBeInstanceOf(OpenToOthersError);
    expect(await readdir(at('shared'))).toEqual(['other']);
  });
});

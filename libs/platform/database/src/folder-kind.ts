import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '@smartkey/lifecycle';

/**
 * What a data folder holds: nothing yet, the embedded database, what a cluster of processes keeps (brokers, a PostgreSQL server), the
 * files of a PostgreSQL server that somebody else runs, or what is none of these.
 */
export type FolderKind = 'none' | 'embedded' | 'cluster' | 'server' | 'unknown';

/** Told by what each leaves in it. */
export function folderKind(folder: string): FolderKind {
  const has = (...path: string[]): boolean => existsSync(join(folder, ...path));
  // Also where an embedded database was once made in the midst of it.
  if (has('postgres', 'data', 'PG_VERSION') || has('postgres', 'password')) return 'cluster';
  if (has('postgres', 'PG_VERSION'))
    // Only a server's: PGlite has a postmaster.pid as well while it is open.
    return has('postgres', 'postmaster.opts') ? 'server' : 'embedded';
  // One whose database is elsewhere.
  if (has('cluster.json') || has('kafka')) return 'cluster';
  return has('postgres') && readdirSync(join(folder, 'postgres')).length > 0 ? 'unknown' : 'none';
}

const WORDS: Readonly<Record<'cluster' | 'server', (folder: string) => string>> = {
  cluster: (folder) =>
    `${folder} is the folder of a cluster (npm run cluster), whose database is a PostgreSQL server: name that in DATABASE_URL ` +
    '(cluster.json says where it is while the cluster runs, postgres/password is its password)',
  server: (folder) =>
    `${join(folder, 'postgres')} holds the files of a PostgreSQL server: name that in DATABASE_URL`,
};

/** The folder is another database's: to open it as the embedded one would write into it. */
export class ForeignFolderError extends OperatorError {
  override readonly name = 'ForeignFolderError';
  constructor(folder: string, kind: 'cluster' | 'server') {
    super(WORDS[kind](folder));
  }
}

/** @throws ForeignFolderError where the embedded database must not be opened there. */
export function refuseForeignFolder(folder: string): void {
  const kind = folderKind(folder);
  if (kind === 'cluster' || kind === 'server') throw new ForeignFolderError(folder, kind);
}

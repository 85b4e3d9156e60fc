import { PGlite } from '@electric-sql/pglite';
import { Closers, remembered } from '@smartkey/kernel';
import { join } from 'node:path';
import { searchPathText, type Connections, type Session } from '../connections.ts';
import { DatabaseUnavailableError, type Database, type DatabaseServer } from '../database.port.ts';
import { Fifo } from '../fifo.ts';
import { closedFolder, closeTree } from '../files/closed-files.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import { SqlDatabase, TransactionScope } from '../sql-database.ts';
import { FolderLock } from './folder-lock.ts';
import { PgliteSession } from './pglite-session.ts';

export interface PgliteOptions {
  /** Hears that the folder was open to other users of the machine (default: a warning of the process). */
  readonly warn?: (message: string) => void;
}

/** What a folder of ours is known by. */
export const DATA_FOLDER_MARKS: readonly string[] = ['postgres', 'keys.json', 'operator.key'];

/**
 * Opens the embedded PostgreSQL: in a folder, made where missing, or in memory. One process at a time: the folder is
 * locked before it is touched. It survives the death of its process at any instant, but does not fsync: no power cut.
 *
 * PGlite makes its files readable and writable for everybody, whatever the umask. The folder keeps others out while it
 * runs; at the start and at the end the files are closed too, so that a copy of them is.
 * @throws FolderInUseError where a live process has the folder, OpenToOthersError where others can read it and go on to.
 */
export async function openPglite(
  folder: string | undefined,
  { warn = (message) => process.emitWarning(message) }: PgliteOptions = {},
): Promise<DatabaseServer> {
  if (folder === undefined) return new PgliteServer(await PGlite.create(), undefined);
  await closedFolder(folder, { marks: DATA_FOLDER_MARKS, warn });
  const lock = await FolderLock.take(folder);
  try {
    const files = join(folder, 'postgres');
    const pglite = await PGlite.create(files);
    try {
      await closeTree(files);
    } catch (error) {
      await pglite.close();
      throw error;
    }
    return new PgliteServer(pglite, { lock, files });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class PgliteServer implements DatabaseServer, Connections {
  readonly kind = 'pglite';
  readonly #scope = new TransactionScope();
  readonly #queue = new Fifo();
  readonly #locks = new KeyedQueue();
  readonly #session: PgliteSession;
  #closing: Promise<void> | undefined;
  readonly #ready = remembered(() => this.#session.script("SET timezone TO 'UTC'; SET datestyle TO 'ISO'"));

  constructor(
    private readonly pglite: PGlite,
    private readonly kept: { readonly lock: FolderLock; readonly files: string } | undefined,
  ) {
    this.#session = new PgliteSession(pglite);
  }

  async database(schema: string): Promise<Database> {
    const database = new SqlDatabase(this, this.#scope, [schema]);
    await database.script(`CREATE SCHEMA IF NOT EXISTS ${searchPathText([schema])}`);
    return database;
  }

  use<T>(searchPath: string, work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new DatabaseUnavailableError('the database is closed'));
    return this.#queue.run(async () => {
      await this.#ready();
      await this.#session.setSearchPath(searchPath);
      return work(this.#session);
    });
  }

  async exclusively<T>(
    key: string,
    work: (held: AbortSignal) => Promise<T>,
    wait: boolean,
  ): Promise<T | undefined> {
    if (!wait && this.#locks.busy(key)) return undefined;
    // In one process nobody loses it.
    return this.#locks.run(key, () => work(new AbortController().signal));
  }

  /** Lets what was asked for before come to its end. */
  close(): Promise<void> {
    this.#closing ??= this.#queue.run(async () => {
      const { kept } = this;
      const closers = new Closers();
      if (kept !== undefined) {
        closers.add('the lock of the folder', () => kept.lock.release());
        closers.add('the files to others', () => closeTree(kept.files));
      }
      closers.add('PGlite', () => this.pglite.close());
      await closers.close();
    });
    return this.#closing;
  }
}

import { PGlite } from '@electric-sql/pglite';
import { Closers, remembered, rest, underAny } from '@smartkey/lifecycle';
import { join } from 'node:path';
import { searchPathText, type Connections, type Session } from '../connections.ts';
import {
  DatabaseUnavailableError,
  type Database,
  type DatabaseServer,
  type Waiting,
} from '../database.port.ts';
import { closedFolder, closeTree } from '@smartkey/files';
import { refuseForeignFolder } from '../folder-kind.ts';
import { KeyedQueue } from '../keyed-queue.ts';
import { Lanes } from '../lanes.ts';
import { SqlDatabase, TransactionScope } from '../sql-database.ts';
import { emptyCluster, layEmptyCluster } from './empty-cluster.ts';
import { FolderLock } from './folder-lock.ts';
import { proveFolderWrites } from './folder-writes.ts';
import { PgliteSession } from './pglite-session.ts';

export interface PgliteOptions {
  /** Hears that the folder was open to other users of the machine (default: a warning of the process). */
  readonly warn?: (message: string) => void;
  /** Of the files, what is kept in memory, in MB (default: 16, which is enough for a piece of work). To lay it out is a part of each start. */
  readonly cacheMegabytes?: number;
}

/** MB; also for what lies in memory already. */
const SMALL_CACHE = 16;
/** MB: for a program that goes on. */
export const LARGE_CACHE = 128;

const startParams = (cacheMegabytes: number): string[] => [
  ...PGlite.defaultStartParams,
  '-c',
  `shared_buffers=${cacheMegabytes}MB`,
];

/** What a folder of ours is known by. */
export const DATA_FOLDER_MARKS: readonly string[] = ['postgres', 'keys.json', 'operator.key'];

/**
 * Opens the embedded PostgreSQL: in a folder, made where missing, or in memory. One process at a time: the folder is
 * locked before it is touched. It survives the death of its process at any instant, but does not fsync: no power cut.
 *
 * PGlite makes its files readable and writable for everybody, whatever the umask. The folder keeps others out while it
 * runs; at the start and at the end the files are closed too, so that a copy of them is.
 * @throws ForeignFolderError where the folder is another database's, FolderInUseError where a live process has it, OpenToOthersError where others can read it and go on to.
 */
export async function openPglite(
  folder: string | undefined,
  { warn = (message) => process.emitWarning(message), cacheMegabytes = SMALL_CACHE }: PgliteOptions = {},
): Promise<DatabaseServer> {
  if (folder === undefined) {
    const tar = emptyCluster();
    const loadDataDir = tar && new Blob([tar]);
    return new PgliteServer(
      await PGlite.create({ ...(loadDataDir && { loadDataDir }), startParams: startParams(cacheMegabytes) }),
      undefined,
    );
  }
  refuseForeignFolder(folder);
  await closedFolder(folder, { marks: DATA_FOLDER_MARKS, warn });
  const lock = await FolderLock.take(folder);
  try {
    const files = join(folder, 'postgres');
    await layEmptyCluster(files);
    const open = () => PGlite.create({ dataDir: files, startParams: startParams(cacheMegabytes) });
    const pglite = await open();
    try {
      await closeTree(files);
    } catch (error) {
      await pglite.close();
      throw error;
    }
    return new PgliteServer(pglite, { lock, files, folder, open });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface KeptFolder {
  readonly lock: FolderLock;
  readonly folder: string;
  /** PGlite's own, in the folder. */
  readonly files: string;
  /** Another PGlite on them. */
  readonly open: () => Promise<PGlite>;
}

/** Between two attempts to open again what has ended (system time): each takes a second of work. */
const REST_MILLIS = 2_000;

class PgliteServer implements DatabaseServer, Connections {
  readonly kind = 'pglite';
  statements = 0;
  readonly #scope = new TransactionScope();
  readonly #queue = new Lanes();
  readonly #locks = new KeyedQueue();
  #session: PgliteSession;
  #ready = remembered(() => this.#setUp());
  #openedAgainAt = Number.NEGATIVE_INFINITY;
  #closing: Promise<void> | undefined;

  constructor(
    private pglite: PGlite,
    private readonly kept: KeptFolder | undefined,
  ) {
    this.#session = this.#sessionOn(pglite);
  }

  async database(schema: string): Promise<Database> {
    const database = new SqlDatabase(this, this.#scope, [schema]);
    await database.script(`CREATE SCHEMA IF NOT EXISTS ${searchPathText([schema])}`);
    return database;
  }

  use<T>(searchPath: string, work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new DatabaseUnavailableError('the database is closed'));
    return this.#queue.run(async () => {
      if (this.#session.ended !== undefined) await this.#openAgain(this.#session.ended);
      await this.#ready();
      await this.#session.setSearchPath(searchPath);
      return work(this.#session);
    });
  }

  async checkWrites(searchPath: string): Promise<void> {
    if (this.kept !== undefined) await proveFolderWrites(this.kept.folder);
    await this.use(searchPath, (session) => session.statement('SELECT 1', []));
  }

  async exclusively<T>(
    key: string,
    work: (held: AbortSignal) => Promise<T>,
    wait: boolean | Waiting,
  ): Promise<T | undefined> {
    if (wait === false && this.#locks.busy(key)) return undefined;
    // In one process nobody loses it.
    const mine = () => work(new AbortController().signal);
    return typeof wait === 'boolean' ? this.#locks.run(key, mine) : this.#waitingFor(key, mine, wait);
  }

  async #waitingFor<T>(
    key: string,
    work: () => Promise<T>,
    { mostMillis, until }: Waiting,
  ): Promise<T | undefined> {
    const begun = new AbortController();
    let left = false;
    const done = this.#locks.run(key, async () => {
      if (left) return undefined;
      begun.abort();
      return work();
    });
    await underAny([until, begun.signal], (over) => rest(mostMillis, over));
    if (begun.signal.aborted) return done;
    left = true;
    return undefined;
  }

  /** Lets what was asked for before come to its end. */
  close(): Promise<void> {
    this.#closing ??= this.#queue.runLast(async () => {
      const { kept } = this;
      const closers = new Closers();
      if (kept !== undefined) {
        closers.add('the lock of the folder', () => kept.lock.release());
        closers.add('the files to others', () => closeTree(kept.files));
      }
      // One that has ended is let go as it is.
      if (this.#session.ended === undefined) closers.add('PGlite', () => this.pglite.close());
      await closers.close();
    });
    return this.#closing;
  }

  #sessionOn(pglite: PGlite): PgliteSession {
    return new PgliteSession(pglite, () => (this.statements += 1));
  }

  #setUp(): Promise<void> {
    return this.#session.script("SET timezone TO 'UTC'; SET datestyle TO 'ISO'");
  }

  /**
   * PostgreSQL ends where it cannot write its log. What was acknowledged is in the files, and is found there like after the death of
   * a process: by another PGlite in this one.
   * @throws DatabaseUnavailableError while it cannot be.
   */
  async #openAgain(ended: DatabaseUnavailableError): Promise<void> {
    if (this.kept === undefined || performance.now() < this.#openedAgainAt + REST_MILLIS) throw ended;
    this.#openedAgainAt = performance.now();
    await proveFolderWrites(this.kept.folder);
    try {
      this.pglite = await this.kept.open();
    } catch (cause) {
      throw new DatabaseUnavailableError('the embedded database cannot be opened again yet', { cause });
    }
    this.#session = this.#sessionOn(this.pglite);
    this.#ready = remembered(() => this.#setUp());
  }
}

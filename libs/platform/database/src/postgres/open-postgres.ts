import { Closers } from '@smartkey/lifecycle';
import type { ClientConfig } from 'pg';
import { searchPathText, type Connections, type Session } from '../connections.ts';
import {
  DatabaseUnavailableError,
  type Database,
  type DatabaseServer,
  type Waiting,
} from '../database.port.ts';
import { SqlDatabase, TransactionScope } from '../sql-database.ts';
import { readerOfType } from '../values/result-values.ts';
import { holdingAdvisoryLock } from './advisory-lock.ts';
import type { ClientSession } from './client-session.ts';
import { PostgresNews } from './server-news.ts';
import { ServerWrites } from './server-writes.ts';
import { SessionPool } from './session-pool.ts';

export interface PostgresOptions {
  /** Connections at most, besides one for each lock held; default 10. */
  readonly max?: number;
  /** A holder of a lock (`exclusively`) that gives no sign of life for so long has lost it; default 10 s. */
  readonly lockLeaseMillis?: number;
  /** Whether other processes work on the same database, and hear from this one and tell it; default false. Takes one connection more. */
  readonly news?: boolean;
  /** Told of connections that broke while nobody used them; they are replaced. */
  readonly onConnectionError?: (error: Error) => void;
}

/** Milliseconds of system time. */
const CONNECT_TIMEOUT = 10_000;
/** A transaction that its process forgot, or was paused in, holds every reader of the log back (docs/decisions/0001-log-position.md). */
const IDLE_IN_TRANSACTION_TIMEOUT = 15_000;

/**
 * Of each connection. No statement here runs long enough to be worth compiling, but those over lists that are given look dear to the planner: a decision
 * about many sign-ins took four times as long for it.
 */
const SETTINGS = '-c TimeZone=UTC -c DateStyle=ISO -c jit=off';

/**
 * Connects to a PostgreSQL server (14 or later).
 * @param url `postgres://user:password@host:port/database`, with the parameters that pg knows (`sslmode` …).
 * @throws DatabaseUnavailableError where it cannot be reached.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<DatabaseServer> {
  const server = new PostgresServer(url, options);
  try {
    await server.ping();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

class PostgresServer implements DatabaseServer, Connections {
  readonly kind = 'postgres';
  statements = 0;
  readonly #scope = new TransactionScope();
  readonly #config: ClientConfig;
  readonly #pool: SessionPool;
  readonly #lockLease: number;
  readonly #writes = new ServerWrites();
  readonly news: PostgresNews | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    url: string,
    {
      max = 10,
      news = false,
      onConnectionError = () => undefined,
      lockLeaseMillis = 10_000,
    }: PostgresOptions,
  ) {
    this.#lockLease = lockLeaseMillis;
    this.#config = {
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT,
      keepAlive: true,
      options: SETTINGS,
      types: { getTypeParser: (oid: number) => readerOfType(oid) } as NonNullable<ClientConfig['types']>,
    };
    this.#pool = new SessionPool(this.#config, {
      max,
      patienceMillis: CONNECT_TIMEOUT,
      watch: { sends: () => (this.statements += 1), saw: (error) => this.#writes.saw(error) },
      onBroken: onConnectionError,
    });
    if (news)
      this.news = new PostgresNews({
        config: this.#config,
        send: (text, parameters) => this.#useAny((session) => session.statement(text, parameters)),
        onTrouble: (error) => onConnectionError(error instanceof Error ? error : new Error(String(error))),
      });
  }

  async ping(): Promise<void> {
    await this.#useAny((session) => session.statement('SELECT 1', []));
  }

  async database(schema: string): Promise<Database> {
    const database = new SqlDatabase(this, this.#scope, [schema]);
    // Two at once would both find it missing.
    await database.exclusively('create schema', () =>
      database.script(`CREATE SCHEMA IF NOT EXISTS ${searchPathText([schema])}`),
    );
    return database;
  }

  use<T>(searchPath: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#lent(searchPath, async (session) => {
      await session.setSearchPath(searchPath);
      return work(session);
    });
  }

  /** For statements that name nothing of any schema. */
  #useAny<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#lent(undefined, work);
  }

  async #lent<T>(searchPath: string | undefined, work: (session: ClientSession) => Promise<T>): Promise<T> {
    if (this.#closing) throw new DatabaseUnavailableError('the database is closed');
    const session = await this.#pool.lend(searchPath);
    try {
      return await work(session);
    } finally {
      this.#pool.giveBack(session);
    }
  }

  checkWrites(searchPath: string): Promise<void> {
    return this.use(searchPath, (session) => this.#writes.prove(session));
  }

  exclusively<T>(
    key: string,
    work: (held: AbortSignal) => Promise<T>,
    wait: boolean | Waiting,
  ): Promise<T | undefined> {
    return holdingAdvisoryLock(this.#config, key, work, { wait, leaseMillis: this.#lockLease });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }
  async #close(): Promise<void> {
    const closers = new Closers();
    closers.add('the connections', () => this.#pool.end());
    if (this.news !== undefined) closers.add('news', () => this.news!.close());
    await closers.close();
  }
}

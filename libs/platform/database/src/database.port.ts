import { UnavailableError } from '@smartkey/lifecycle';
/**
 * What a service asks of its database. The same SQL (PostgreSQL's) runs on both adapters.
 *
 * Values come back in one form on every adapter: `int8` as bigint, `numeric` as text, `json`/`jsonb` parsed,
 * `timestamptz` as canonical instant text, `date` as `YYYY-MM-DD`, `bytea` as Uint8Array. Parameters take the same
 * forms, and arrays of them (`$1::text[]`, `$2::bigint[]`, `$3::jsonb[]`); `undefined` is refused. A JavaScript array is an
 * array of SQL: a JSON array (and a JSON string) is passed as its JSON text.
 */
export interface Sql {
  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement for its effect. @returns the number of rows it touched. */
  execute(text: string, parameters?: readonly unknown[]): Promise<number>;
}

/**
 * Inside one transaction, and only as long as it is open. On PGlite there is one connection: never await a network in
 * here; another use of the same server throws `NestedUseError`, on every adapter.
 */
export interface Transaction extends Sql {
  readonly transaction: true;
  /** Runs several statements separated by semicolons, without parameters: DDL. */
  script(text: string): Promise<void>;
  /** Calls back once the transaction has been committed; not at all where it was rolled back. Must not throw. */
  afterCommit(listener: () => void): void;
}

/** A wait for a lock that has an end. A connection that was cut off is noticed by it: no wait is longer than some minutes. */
export interface Waiting {
  /** System time. */
  readonly mostMillis: number;
  /** Ends it before. */
  readonly until: AbortSignal;
}

export interface Database extends Sql {
  /**
   * Proves that what is written now would be kept.
   * @throws DatabaseUnavailableError where there is no answer, WritesUnavailableError where no writes are taken.
   */
  checkWrites(): Promise<void>;
  /** Schemas that unqualified names are looked up in, the first being the one that DDL creates in. */
  readonly searchPath: readonly string[];
  /** `read committed` unless told; `snapshot` is one consistent, read-only view (REPEATABLE READ). */
  transaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options?: { readonly isolation?: 'snapshot' },
  ): Promise<T>;
  /** The same server and connections seen through other schemas. */
  within(...searchPath: readonly string[]): Database;
  /** Runs several statements separated by semicolons, without parameters: DDL. */
  script(text: string): Promise<void>;
  /**
   * Holds an advisory lock for as long as `work` runs, waiting for it first; `undefined` at once where `wait` is false
   * and somebody holds it, and where a wait has an end, after that. Who waits so keeps one connection, asks every 5 s, and is
   * not queued: another may be faster. On PGlite, where one process is all there is, the lock is an in-process one. On a server a holder
   * that is paused or cut off for 10 s (system time) has lost it to others: `held` is aborted as soon as it knows, and what
   * it does until then must do no harm beside them.
   */
  exclusively<T>(
    lock: string,
    work: (held: AbortSignal) => Promise<T>,
    options?: { readonly wait?: boolean | Waiting },
  ): Promise<T | undefined>;
}

/**
 * What the processes that work on one server tell each other. Soon, those of a moment together; never part of a transaction; and at times
 * not at all: who relies on it looks once in a while without it.
 */
export interface ServerNews {
  /** @param upTo how far something has come, the furthest of those that go together; 0n where that is not known. */
  tell(channel: string, upTo: bigint): void;
  /** Hears what other processes tell, and 0n whenever something may have been missed. Must not throw. @returns how to stop. */
  hear(channel: string, listener: (upTo: bigint) => void): () => void;
}

/** A database server, or the embedded one: opened once per process, shared by the services in it. */
export interface DatabaseServer {
  readonly kind: 'pglite' | 'postgres';
  /** How many statements and scripts it has been sent since it was opened, those that hold locks apart: for a figure. */
  readonly statements: number;
  /** Missing where no other process works on it. */
  readonly news?: ServerNews | undefined;
  /** The database of one service: its own schema, created where missing. */
  database(schema: string): Promise<Database>;
  close(): Promise<void>;
}

/**
 * The connection is gone or the server refuses for now. What was under way was not done; only where the connection broke
 * during a commit (or an autocommitted statement) it may have been. The same call may be tried again if it is idempotent.
 */
export class DatabaseUnavailableError extends UnavailableError {
  override readonly name: string = 'DatabaseUnavailableError';
}

/** The database answers, but takes no writes now: its disk is full or fails, or it is read-only. Nothing was done. */
export class WritesUnavailableError extends DatabaseUnavailableError {
  override readonly name = 'WritesUnavailableError';
  /** Of PostgreSQL, where it said so. */
  readonly code: string | undefined;
  constructor(
    /** Why, in words that anybody may read. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`the database takes no writes: ${reason}`, options);
    this.code = (options?.cause as { readonly code?: string } | undefined)?.code;
  }
}

/** A unique or primary key refused a row. */
export class UniqueViolationError extends Error {
  override readonly name = 'UniqueViolationError';
  constructor(
    readonly constraint: string,
    options?: ErrorOptions,
  ) {
    super(`unique constraint ${constraint} refused a row`, options);
  }
}

/** A database was used inside a transaction of the same server, where only the `Transaction` may be: PGlite would hang. */
export class NestedUseError extends Error {
  override readonly name = 'NestedUseError';
  constructor() {
    super('inside a transaction use its own `tx`: the database itself waits for the transaction to end');
  }
}

/** A transaction was used after its end, or committed although one of its statements had failed. */
export class TransactionEndedError extends Error {
  override readonly name = 'TransactionEndedError';
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { searchPathText, type Connections, type Session } from './connections.ts';
import {
  NestedUseError,
  TransactionEndedError,
  type Database,
  type Transaction,
  type Waiting,
} from './database.port.ts';
import { Fifo } from './fifo.ts';

/** Says whether the running code was called from inside a transaction that is still open. */
export class TransactionScope {
  readonly #storage = new AsyncLocalStorage<OpenTransaction>();

  refuseNested(): void {
    if (this.#storage.getStore()?.open) throw new NestedUseError();
  }

  run<T>(transaction: OpenTransaction, work: () => Promise<T>): Promise<T> {
    return this.#storage.run(transaction, work);
  }
}

/** The `Database` of both adapters, on whatever lends connections. */
export class SqlDatabase implements Database {
  readonly #path: string;

  constructor(
    private readonly connections: Connections,
    private readonly scope: TransactionScope,
    readonly searchPath: readonly string[],
  ) {
    if (searchPath.length === 0) throw new TypeError('a database needs at least one schema');
    this.#path = searchPathText(searchPath);
  }

  query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#use(async (session) => (await session.statement(text, parameters)).rows as Row[]);
  }

  execute(text: string, parameters: readonly unknown[] = []): Promise<number> {
    return this.#use(async (session) => (await session.statement(text, parameters)).count);
  }

  script(text: string): Promise<void> {
    return this.#use((session) => session.script(text));
  }

  checkWrites(): Promise<void> {
    this.scope.refuseNested();
    return this.connections.checkWrites(this.#path);
  }

  async transaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options: { readonly isolation?: 'snapshot' } = {},
  ): Promise<T> {
    const listeners: (() => void)[] = [];
    const result = await this.#use((session) => {
      const transaction = new OpenTransaction(session, listeners);
      return transaction.perform(
        options.isolation === 'snapshot' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY' : 'BEGIN',
        () => this.scope.run(transaction, () => work(transaction)),
      );
    });
    for (const listener of listeners) listener();
    return result;
  }

  within(...searchPath: readonly string[]): Database {
    return new SqlDatabase(this.connections, this.scope, searchPath);
  }

  async exclusively<T>(
    lock: string,
    work: (held: AbortSignal) => Promise<T>,
    { wait = true }: { readonly wait?: boolean | Waiting } = {},
  ): Promise<T | undefined> {
    this.scope.refuseNested();
    return this.connections.exclusively(`${this.searchPath[0]!}\n${lock}`, work, wait);
  }

  async #use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    this.scope.refuseNested();
    return this.connections.use(this.#path, work);
  }
}

class OpenTransaction implements Transaction {
  readonly transaction = true;
  open = true;
  /** Statements sent side by side go one after another: it is one connection. */
  readonly #queue = new Fifo();

  constructor(
    private readonly session: Session,
    private readonly listeners: (() => void)[],
  ) {}

  async perform<T>(begin: string, work: () => Promise<T>): Promise<T> {
    await this.session.script(begin);
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await this.#close(() => this.#rollback());
      throw error;
    }
    const { command } = await this.#close(() => this.session.statement('COMMIT', []));
    if (command === 'ROLLBACK')
      throw new TransactionEndedError('rolled back: a statement had failed, and its error was not passed on');
    return result;
  }

  async query<Row extends object>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#run(() => this.session.statement(text, parameters))).rows as Row[];
  }

  async execute(text: string, parameters: readonly unknown[] = []): Promise<number> {
    return (await this.#run(() => this.session.statement(text, parameters))).count;
  }

  script(text: string): Promise<void> {
    return this.#run(() => this.session.script(text));
  }

  afterCommit(listener: () => void): void {
    this.#mustBeOpen();
    this.listeners.push(listener);
  }

  async #run<T>(statement: () => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    return this.#queue.run(statement);
  }

  #mustBeOpen(): void {
    if (!this.open) throw new TransactionEndedError('the transaction has ended');
  }

  /** Ends it behind every statement already sent. */
  #close<T>(end: () => Promise<T>): Promise<T> {
    this.open = false;
    return this.#queue.run(end);
  }

  async #rollback(): Promise<void> {
    try {
      await this.session.script('ROLLBACK');
    } catch (error) {
      // The transaction ends with its connection; what its caller must hear is why it was to be rolled back.
      this.session.discard(error);
    }
  }
}

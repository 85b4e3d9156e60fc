import type { Database, DatabaseServer, Transaction } from '@smartkey/database';

/** A database server that counts the transactions of its services; a statement by itself is one. */
export class CountedServer implements DatabaseServer {
  readonly #count = { transactions: 0 };

  constructor(private readonly server: DatabaseServer) {}

  get kind(): DatabaseServer['kind'] {
    return this.server.kind;
  }

  get statements(): number {
    return this.server.statements;
  }

  /** So far. */
  readonly transactions = (): number => this.#count.transactions;

  async database(schema: string): Promise<Database> {
    return new CountedDatabase(await this.server.database(schema), this.#count);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

class CountedDatabase implements Database {
  constructor(
    private readonly database: Database,
    private readonly count: { transactions: number },
  ) {}

  get searchPath(): readonly string[] {
    return this.database.searchPath;
  }

  query<Row extends object>(text: string, parameters?: readonly unknown[]): Promise<Row[]> {
    this.count.transactions += 1;
    return this.database.query<Row>(text, parameters);
  }

  execute(text: string, parameters?: readonly unknown[]): Promise<number> {
    this.count.transactions += 1;
    return this.database.execute(text, parameters);
  }

  script(text: string): Promise<void> {
    this.count.transactions += 1;
    return this.database.script(text);
  }

  checkWrites(): Promise<void> {
    this.count.transactions += 1;
    return this.database.checkWrites();
  }

  transaction<T>(
    work: (tx: Transaction) => Promise<T>,
    options?: { readonly isolation?: 'snapshot' },
  ): Promise<T> {
    this.count.transactions += 1;
    return this.database.transaction(work, options);
  }

  within(...searchPath: readonly string[]): Database {
    return new CountedDatabase(this.database.within(...searchPath), this.count);
  }

  exclusively<T>(
    lock: string,
    work: (held: AbortSignal) => Promise<T>,
    options?: { readonly wait?: boolean },
  ): Promise<T | undefined> {
    return this.database.exclusively(lock, work, options);
  }
}

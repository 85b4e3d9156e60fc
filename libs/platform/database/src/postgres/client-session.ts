import type { Client, QueryConfig } from 'pg';
import type { Session, StatementResult } from '../connections.ts';
import { DatabaseUnavailableError } from '../database.port.ts';
import { statementName } from '../prepared.ts';
import { sqlError } from '../sql-error.ts';
import { parameterText } from '../values/parameter-text.ts';

/** Whoever is told of what is sent. */
export interface StatementWatch {
  sends(): void;
  saw(error: unknown): void;
}

/** One client of pg, and the schemas it looks in. */
export class ClientSession implements Session {
  #searchPath: string;
  /** Why the client must not be used again, once there is a reason. */
  broken: Error | undefined;
  /** When it was given back (system time). */
  usedAt = 0;

  constructor(
    private readonly client: Client,
    private readonly watch: StatementWatch,
    searchPath = '',
  ) {
    this.#searchPath = searchPath;
  }

  /** The schemas that it looks in; none before the first that were asked for. */
  get searchPath(): string {
    return this.#searchPath;
  }

  end(): Promise<void> {
    return this.client.end();
  }

  async setSearchPath(searchPath: string): Promise<void> {
    if (searchPath === this.#searchPath) return;
    await this.script(`SET search_path TO ${searchPath}`);
    this.#searchPath = searchPath;
  }

  async statement(text: string, parameters: readonly unknown[]): Promise<StatementResult> {
    const name = statementName(text, this.#searchPath);
    return this.#send(async () => {
      const values = parameters.map(parameterText);
      // Without parameters pg would use the simple protocol, which takes several statements: only `script` may.
      const query: QueryConfig & { queryMode: 'extended' } = { text, values, queryMode: 'extended' };
      const { rows, rowCount, command } = await this.client.query<object>(
        name === undefined ? query : { ...query, name },
      );
      return { rows, count: rowCount ?? 0, command };
    });
  }

  async script(text: string): Promise<void> {
    await this.#send(() => this.client.query(text));
  }

  discard(reason: unknown): void {
    this.broken ??= reason instanceof Error ? reason : new Error(String(reason));
  }

  async #send<T>(query: () => Promise<T>): Promise<T> {
    this.watch.sends();
    try {
      return await query();
    } catch (error) {
      const known = sqlError(error);
      this.watch.saw(known);
      if (known instanceof DatabaseUnavailableError) this.discard(known);
      throw known;
    }
  }
}

import type { Database, DatabaseServer } from '../index.ts';

/** The database that the suite asks, once it is opened. */
export class TestedDatabase {
  #server: DatabaseServer | undefined;
  #database: Database | undefined;

  constructor(readonly adapter: string) {}

  /** With a table `item` of ids and unique names, and a table `other`; both empty. */
  async opened(server: DatabaseServer): Promise<void> {
    this.#server = server;
    this.#database = await server.database('one');
    await this.#database.script(
      'CREATE TABLE item (id integer PRIMARY KEY, name text UNIQUE); CREATE TABLE other (id int)',
    );
  }

  get server(): DatabaseServer {
    return this.#server!;
  }

  get database(): Database {
    return this.#database!;
  }

  /** The one value that the SQL means. */
  async only(sql: string, parameters: readonly unknown[] = []): Promise<unknown> {
    const rows = await this.database.query<{ value: unknown }>(`SELECT ${sql} AS value`, parameters);
    return rows[0]!.value;
  }
}

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startPostgres, type PostgresHarness } from '@smartkey/testing';
import { Client } from 'pg';
import { openPostgres, type Database, type DatabaseServer } from '../index.ts';

let postgres: PostgresHarness;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const SCHEMAS = ['gateway', 'registry', 'billing'];

/** A server on which each schema has a table that names it. */
async function serverWith(max: number): Promise<readonly [DatabaseServer, readonly Database[]]> {
  const server = await openPostgres(await postgres.createDatabase(), { max });
  const databases: Database[] = [];
  for (const schema of SCHEMAS) {
    const database = await server.database(schema);
    await database.script(`CREATE TABLE here (name text); INSERT INTO here VALUES ('${schema}')`);
    databases.push(database);
  }
  return [server, databases];
}

const nameOf = async (database: Database): Promise<string> =>
  (await database.query<{ name: string }>('SELECT name FROM here'))[0]!.name;

describe('connections that several services of one process share', () => {
  let server: DatabaseServer;
  let databases: readonly Database[];
  /** What is sent to the server: each a round trip. */
  const sent: string[] = [];
  beforeEach(() => {
    sent.length = 0;
    const send = Client.prototype.query as (...asked: unknown[]) => unknown;
    jest.spyOn(Client.prototype, 'query').mockImplementation(function (
      this: Client,
      ...asked: readonly unknown[]
    ) {
      const [first] = asked as [string | { readonly text: string }];
      sent.push(typeof first === 'string' ? first : first.text);
      return send.apply(this, [...asked]) as never;
    } as never);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await server.close();
  });

  it('no statement goes before a statement: each service finds its own again', async () => {
    [server, databases] = await serverWith(4);
    for (const database of databases) await nameOf(database);
    sent.length = 0;
    for (let round = 0; round < 20; round += 1)
      for (const [n, database] of databases.entries()) expect(await nameOf(database)).toBe(SCHEMAS[n]);
    expect(sent).toEqual(Array.from({ length: 60 }, () => 'SELECT name FROM here'));
    sent.length = 0;
    await databases[0]!.transaction(async (tx) => {
      await tx.execute(`UPDATE here SET name = 'gateway'`);
      await tx.query('SELECT name FROM here');
    });
    expect(sent).toEqual(['BEGIN', `UPDATE here SET name = 'gateway'`, 'SELECT name FROM here', 'COMMIT']);
  });

  it('one that is opened looks in its schemas at once, whatever they are called', async () => {
    server = await openPostgres(await postgres.createDatabase(), { max: 4 });
    for (const schema of ['plain', 'with "quotes" and\\ spaces']) {
      const database = await server.database(schema);
      const [row] = await database.query<{ schema: string }>('SELECT current_schema() AS schema');
      expect(row!.schema).toBe(schema);
    }
    expect(sent.filter((text) => text.startsWith('SET'))).toEqual([]);
  });

  it('too few of them for the schemas: each statement still looks in its own, and nobody waits for ever', async () => {
    [server, databases] = await serverWith(2);
    const asked = Array.from({ length: 300 }, (_, n) => (n < 250 ? 0 : n) % SCHEMAS.length);
    const named = await Promise.all(
      asked.map((which) =>
        which === 1
          ? databases[which]!.transaction(async (tx) => {
              const [row] = await tx.query<{ name: string }>('SELECT name FROM here');
              return row!.name;
            })
          : nameOf(databases[which]!),
      ),
    );
    expect(named).toEqual(asked.map((which) => SCHEMAS[which]));
  });

  it('a transaction that fails leaves its connection in its schemas', async () => {
    [server, databases] = await serverWith(1);
    for (let round = 0; round < 3; round += 1)
      for (const [n, database] of databases.entries()) {
        await expect(database.transaction((tx) => tx.query('SELECT nothing'))).rejects.toThrow('nothing');
        await expect(database.query('SELECT nothing')).rejects.toThrow('nothing');
        expect(await nameOf(database)).toBe(SCHEMAS[n]);
      }
  });

  it('closing waits for who has one and for who waits for one', async () => {
    [server, databases] = await serverWith(1);
    const names = databases.map(nameOf);
    await server.close();
    expect(await Promise.all(names)).toEqual(SCHEMAS);
    await expect(nameOf(databases[0]!)).rejects.toThrow('closed');
  });
});

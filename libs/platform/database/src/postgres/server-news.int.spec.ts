import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PostgresHarness, startPostgres, until } from '@smartkey/testing';
import { Client } from 'pg';
import type { DatabaseServer } from '../database.port.ts';
import { openPostgres } from './open-postgres.ts';

describe('news between the processes on a PostgreSQL server', () => {
  let postgres: PostgresHarness;
  let url: string;
  let one: DatabaseServer;
  let two: DatabaseServer;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase();
    [one, two] = [await openPostgres(url, { news: true }), await openPostgres(url, { news: true })];
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await postgres.stop();
  });

  const inDatabase = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client(url);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  const listeners = (client: Client): Promise<number[]> =>
    client
      .query<{ pid: number }>(`select pid from pg_stat_activity where query = 'LISTEN smartkey_news'`)
      .then(({ rows }) => rows.map(({ pid }) => pid));
  const bothListen = (): Promise<void> =>
    inDatabase((client) => until(async () => (await listeners(client)).length === 2));

  it('come to the others, not to who told them, and the furthest of many is among them', async () => {
    await bothListen();
    const heard: bigint[] = [];
    const own: bigint[] = [];
    const other: bigint[] = [];
    const stops = [
      two.news!.hear('contract/log', (upTo) => heard.push(upTo)),
      one.news!.hear('contract/log', (upTo) => own.push(upTo)),
      two.news!.hear('billing/log', (upTo) => other.push(upTo)),
    ];
    for (let n = 1n; n <= 1_000n; n += 1n) one.news!.tell('contract/log', n);
    one.news!.tell('contract/log', 7n);
    await until(() => heard.includes(1_000n));
    // Told at once, and those that came meanwhile together.
    expect(heard.length).toBeLessThan(10);
    expect([own, other]).toEqual([[], []]);
    for (const stop of stops) stop();
  });

  it('that were missed while the connection was broken make everybody look', async () => {
    await bothListen();
    const heard: bigint[] = [];
    const stop = two.news!.hear('contract/log', (upTo) => heard.push(upTo));
    await inDatabase(async (client) => {
      for (const pid of await listeners(client)) await client.query('select pg_terminate_backend($1)', [pid]);
    });
    await until(() => heard.includes(0n));
    await bothListen();
    one.news!.tell('contract/log', 5n);
    await until(() => heard.includes(5n));
    stop();
  });

  it('are not there where a process works alone', async () => {
    const alone = await openPostgres(url);
    expect(alone.news).toBeUndefined();
    await alone.close();
  });
});

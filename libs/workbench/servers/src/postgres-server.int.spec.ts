import { mkdtemp, rm } from 'node:fs/promises';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { PostgresServer } from './postgres-server.ts';

describe('a real PostgreSQL server', () => {
  let folder: string;
  let server: PostgresServer;
  const spawned: (number | undefined)[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-postgres-'));
    // Run by root, the server is another user, who must get through.
    if (process.getuid?.() === 0) chmodSync(folder, 0o711);
    server = await PostgresServer.start(join(folder, 'postgres'), (pid) => spawned.push(pid));
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function query(text: string): Promise<object[]> {
    const client = new Client(server.url);
    // Ends with the server, which is killed here.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<object>(text)).rows;
    } finally {
      await client.end();
    }
  }

  it('keeps what was committed over a crash, at the same address', async () => {
    const { url } = server;
    await query('create table kept as select 42 as answer');
    await server.kill();
    await server.resume();
    expect(server.url).toBe(url);
    expect(await query('select answer from kept')).toEqual([{ answer: 42 }]);
    expect(spawned).toHaveLength(2);
    expect(spawned[1]).toBe(server.pid);
  });

  it('starts again on a folder that it has worked in before, with the same password', async () => {
    await server.stop();
    server = await PostgresServer.start(join(folder, 'postgres'));
    expect(await query('select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('lets nobody in without the password', async () => {
    const client = new Client(server.url.replace(/:[^:@/]+@/, ':wrong@'));
    await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  });

  it('does not lose what makes it durable', async () => {
    expect(await query('show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await query('show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
  });
});

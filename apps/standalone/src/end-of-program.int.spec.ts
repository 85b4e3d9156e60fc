import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '@smartkey/api-client';
import { type PostgresHarness, smallDisk, startPostgres, until } from '@smartkey/testing';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { KEY, ROOT, start } from './started-program.fixture.ts';

let folder: string;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--quiet']);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-end-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => agent.destroy());

const variables = () => ({
  SMARTKEY_DATA_DIR: folder,
  SMARTKEY_CLOCK: 'sandbox',
  SMARTKEY_CLOCK_START: '2018-01-01T00:00:00Z',
});

/** An application for a contract, by a client that keeps its connections; its second half is sent when it is let go. */
async function apply(
  url: string,
  number: number,
  letGo: Promise<void> = Promise.resolve(),
): Promise<{ status: number; connection: string | undefined }> {
  const body = JSON.stringify({
    applicant: { name: 'Example', iijIdContract: `IIJID-${String(number).padStart(4, '0')}` },
    plan: 'enterprise',
  });
  const headers = {
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  const asked = request(`${url}/v1/contracts`, { method: 'POST', agent, headers });
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
  asked.write(body.slice(0, 20));
  await letGo;
  asked.end(body.slice(20));
  const [response] = await answered;
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode!, connection: response.headers.connection };
}

describe('the end of the program', () => {
  it('answers the writes that are under way, whatever connections their senders keep', async () => {
    const program = start(variables());
    const url = await program.url();
    await Promise.all(Array.from({ length: 8 }, (_, n) => apply(url, n)));
    let letGo!: () => void;
    const half = new Promise<void>((resolve) => (letGo = resolve));
    const answers = Promise.all(Array.from({ length: 8 }, (_, n) => apply(url, 100 + n, half)));
    await pause(300);
    setTimeout(letGo, 400);
    const end = await program.stop();
    for (const { status, connection } of await answers)
      expect({ status, connection }).toEqual({ status: 201, connection: 'close' });
    expect(end.code).toBe(0);

    const again = start(variables());
    const contracts = await new ApiClient(await again.url(), KEY).get<{ items: unknown[] }>('/contracts');
    expect(contracts.items).toHaveLength(16);
    await again.stop();
  });

  it('comes at the signal also while it starts', async () => {
    const program = start(variables());
    await program.logged('does not fsync');
    const end = await program.stop();
    // The database is open by then, and closed again; a start that goes on for long is left as it is.
    if (end.code !== 0) expect(end.stderr).toContain('still starting');
    expect(end.stderr).not.toMatch(/\n\s+at /);
  });

  describe('on a PostgreSQL server', () => {
    let postgres: PostgresHarness;
    beforeEach(async () => {
      postgres = await startPostgres({ fsync: 'on' });
    });

    it('comes where that server is gone, and every other part is closed', async () => {
      const program = start({ ...variables(), DATABASE_URL: await postgres.createDatabase() });
      await apply(await program.url(), 1);
      await postgres.stop();
      await pause(500);
      const end = await program.stop();
      expect(end.code).not.toBeNull();
    });

    it('comes where the server of its logs is gone', async () => {
      const fake = await FakeEventStoreDb.start();
      const program = start({
        ...variables(),
        DATABASE_URL: await postgres.createDatabase(),
        EVENTSTORE_URL: fake.connectionString,
      });
      await apply(await program.url(), 1);
      await fake.stop();
      await pause(500);
      const end = await program.stop();
      expect(end.code).not.toBeNull();
      await postgres.stop();
    });

    it('comes where that server says nothing any more, and names what did not close', async () => {
      const url = new URL(await postgres.createDatabase());
      const proxy = await PausableProxy.before(Number(url.port));
      url.port = String(proxy.port);
      const program = start({ ...variables(), DATABASE_URL: url.href });
      await apply(await program.url(), 1);
      proxy.pause();
      await pause(500);
      const end = await program.stop();
      expect(end.code).toBe(1);
      expect(end.stderr).toMatch(/^.* did not close: /m);
      await proxy.close();
      await postgres.stop();
    });
  });
});

describe('a disk that is full', () => {
  it('makes writes 503 and the program not ready, which says why, until there is room again', async () => {
    const disk = await smallDisk(192);
    // Only root may make such a disk.
    if (disk === undefined) return;
    const program = start({ ...variables(), SMARTKEY_DATA_DIR: join(disk.folder, 'data') });
    const url = await program.url();
    expect((await apply(url, 1)).status).toBe(201);
    const ready = async () => {
      const answer = await fetch(`${url}/health/ready`);
      return { status: answer.status, body: (await answer.json()) as { reasons?: Record<string, string> } };
    };
    expect((await ready()).status).toBe(200);
    await disk.fill();
    let refused: number | undefined;
    for (let n = 2; refused === undefined; n += 1) {
      const { status } = await apply(url, n);
      if (status !== 201) refused = status;
    }
    expect(refused).toBe(503);
    const { status, body } = await ready();
    expect(status).toBe(503);
    expect(body.reasons?.['database']).toMatch(/the disk of the data folder is full/);
    await disk.empty();
    await until(async () => (await ready()).status === 200);
    expect((await apply(url, 9_000)).status).toBe(201);
    expect((await program.stop()).code).toBe(0);
    await disk.remove();
  }, 240_000);
});

/** Stands before a server, and can fall silent as one does that is frozen or cut off. */
class PausableProxy {
  readonly #sockets = new Set<Socket>();
  #paused = false;

  private constructor(private readonly server: Server) {}

  static async before(port: number): Promise<PausableProxy> {
    const server = createServer((caller) => {
      const onward = connect({ port, host: '127.0.0.1' });
      if (proxy.#paused) caller.pause();
      for (const socket of [caller, onward]) {
        proxy.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.once('close', () => proxy.#sockets.delete(socket));
      }
      if (!proxy.#paused) caller.pipe(onward).pipe(caller);
    });
    const proxy = new PausableProxy(server);
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  pause(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
    this.#paused = true;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

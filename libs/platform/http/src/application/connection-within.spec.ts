import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { connectWithin } from './connection-within.ts';

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x');

let server: Server;
let pool: Pool;
/** What the server does with each request. */
let handle: (request: IncomingMessage, response: ServerResponse) => void;
let connections: number;

beforeEach(async () => {
  connections = 0;
  server = createServer((request, response) => handle(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  pool = new Pool('http://within', {
    connections: 4,
    connect: (_options, connected) => {
      connections += 1;
      process.nextTick(connected, null, connectWithin(server));
    },
  });
});
afterEach(async () => {
  await pool.destroy();
  server.close();
});

const ask = (path: string, body?: Readable | Buffer, signal?: AbortSignal) =>
  pool.request({
    method: body === undefined ? 'GET' : 'POST',
    path,
    body: body ?? null,
    ...(signal && { signal }),
  });

describe('a connection to a server of the same process', () => {
  it('carries requests and answers, many on one', async () => {
    handle = (request, response) => response.end(`${request.method} ${request.url}`);
    for (let n = 0; n < 20; n += 1) {
      const { statusCode, body } = await ask(`/${n}`);
      expect([statusCode, await body.text()]).toEqual([200, `GET /${n}`]);
    }
    expect(connections).toBeLessThanOrEqual(4);
  });

  it('carries a body of any size in both directions, and no more of it than is read', async () => {
    let taken = 0;
    handle = (request, response) => void request.pipe(response);
    let made = 0;
    const source = Readable.from(
      (function* () {
        for (; made < 16; made += 1) yield MEGABYTE;
      })(),
      { highWaterMark: 1, objectMode: true },
    );
    const { body } = await ask('/', source);
    await pause(20);
    // Nobody reads yet: some buffers are full, and the rest has not been made.
    expect(made).toBeLessThan(8);
    for await (const chunk of body) taken += (chunk as Buffer).length;
    expect(taken).toBe(16 * MEGABYTE.length);
  });

  it('tells the server that the caller is gone', async () => {
    const gone = new Promise<string>((told) => {
      handle = (request, response) => {
        response.once('close', () => told(`finished: ${response.writableFinished}`));
        void request.resume();
      };
    });
    const caller = new AbortController();
    const asked = ask('/', undefined, caller.signal);
    setTimeout(() => caller.abort(), 5);
    await expect(asked).rejects.toThrow('aborted');
    expect(await gone).toBe('finished: false');
  });

  it('tells the server that a body broke off', async () => {
    const broken = new Promise<unknown>((told) => {
      handle = (request) => void request.resume().once('error', told);
    });
    const source = new Readable({ read() {} });
    source.push(MEGABYTE);
    const asked = ask('/', source);
    setTimeout(() => source.destroy(new Error('too large')), 5);
    await expect(asked).rejects.toThrow('too large');
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  });

  it('tells the caller that the server ended it under the request, or under the answer', async () => {
    handle = (request) => void request.socket.destroy();
    await expect(ask('/')).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    handle = (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun');
      setTimeout(() => request.socket.destroy(), 5);
    };
    const { body } = await ask('/');
    await expect(body.text()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  it('brings the whole of a last answer, and is opened anew after it', async () => {
    handle = (_request, response) => {
      response.shouldKeepAlive = false;
      response.end(MEGABYTE);
    };
    for (let n = 0; n < 3; n += 1) {
      const { body } = await ask('/');
      expect((await body.arrayBuffer()).byteLength).toBe(MEGABYTE.length);
    }
    expect(connections).toBe(3);
  });

  it('is one that the server closes when it is idle, and gives to nobody once it is closed', async () => {
    handle = (_request, response) => response.end('once');
    await (await ask('/')).body.text();
    await pause(20);
    const closed = once(pool, 'disconnect');
    server.close();
    await closed;
    expect(() => connectWithin(server)).toThrow(expect.objectContaining({ code: 'ECONNREFUSED' }));
  });
});

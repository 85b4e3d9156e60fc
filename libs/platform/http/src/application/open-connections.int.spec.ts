import { until } from '@smartkey/testing';
import { Agent, get, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { Pool } from 'undici';
import { registerHealth } from '../health/health.ts';
import { fastifyOptions } from './fastify-options.ts';
import { closeGracefully, type DrainTimes } from './open-connections.ts';

/** Requests that are late are cut short by none of the tests that use this. */
const TIMES: DrainTimes = { arriving: 200, answering: 3_600_000 };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const opened: { destroy(): unknown }[] = [];
let server: FastifyInstance;

/** A server whose one route answers when it is let go. */
async function serve(times = TIMES): Promise<{
  readonly port: number;
  readonly answer: () => void;
  readonly asked: () => number;
}> {
  let answer!: () => void;
  let asked = 0;
  const free = new Promise<void>((resolve) => (answer = resolve));
  server = fastify(fastifyOptions(1_000)) as unknown as FastifyInstance;
  registerHealth(server, { log: pino({ level: 'silent' }), metrics: new Registry(), health: [] });
  closeGracefully(server, times);
  server.get('/slow', async () => {
    asked += 1;
    await free;
    return { done: true };
  });
  server.get('/quick', () => ({ done: true }));
  await server.listen({ port: 0, host: '127.0.0.1' });
  return { port: (server.server.address() as AddressInfo).port, answer, asked: () => asked };
}

const kept = <T extends { destroy(): unknown }>(one: T): T => (opened.push(one), one);

function ask(port: number, path: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    }).on('error', reject);
  });
}

afterEach(async () => {
  for (const each of opened.splice(0)) each.destroy();
  await server.close();
});

describe('a server that closes', () => {
  it('answers what is under way with Connection: close, and ends with that', async () => {
    const { port, answer, asked } = await serve();
    const agent = kept(new Agent({ keepAlive: true, maxSockets: 8 }));
    const answers = Promise.all(Array.from({ length: 8 }, () => ask(port, '/slow', agent)));
    await until(() => asked() === 8);
    const closed = server.close();
    await pause(300);
    answer();
    for (const { status, headers } of await answers) {
      expect(status).toBe(200);
      expect(headers.connection).toBe('close');
    }
    await closed;
  });

  it('closes idle connections of clients that keep them, and those that never said anything', async () => {
    const { port } = await serve();
    const agent = kept(new Agent({ keepAlive: true }));
    const pool = kept(new Pool(`http://127.0.0.1:${port}`, { keepAliveTimeout: 60_000 }));
    await ask(port, '/quick', agent);
    await (await pool.request({ method: 'GET', path: '/quick' })).body.dump();
    const silent = kept(connect({ port, host: '127.0.0.1' }));
    await once(silent, 'connect');
    await server.close();
  });

  it('answers what has just arrived, on old connections and on new ones', async () => {
    const { port } = await serve();
    const agent = kept(new Agent({ keepAlive: true }));
    await ask(port, '/quick', agent);
    const closed = server.close();
    const answers = await Promise.all([
      ask(port, '/quick', agent),
      ...Array.from({ length: 7 }, () => ask(port, '/quick', kept(new Agent()))),
    ]);
    for (const { status, headers } of answers)
      expect({ status, connection: headers.connection }).toEqual({ status: 200, connection: 'close' });
    await closed;
  });

  it('says that it is not ready any more, and why', async () => {
    const { port } = await serve();
    const closed = server.close();
    const { status, body } = await ask(port, '/health/ready', kept(new Agent()));
    expect(status).toBe(503);
    expect(JSON.parse(body)).toEqual({
      status: 'unavailable',
      checks: {},
      reasons: { process: 'it is being stopped' },
    });
    await closed;
  });

  it('tells 503 to what takes too long, and waits for nobody who does not finish asking', async () => {
    const { port, asked } = await serve({ arriving: 200, answering: 1_500 });
    const agent = kept(new Agent({ keepAlive: true }));
    const answer = ask(port, '/slow', agent);
    await until(() => asked() === 1);
    const halfAsked: Socket = kept(connect({ port, host: '127.0.0.1' }));
    halfAsked.on('error', () => undefined);
    halfAsked.write('GET /quick HTTP/1.1\r\nHost: a\r\n');
    await pause(50);
    await server.close();
    const { status, headers, body } = await answer;
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
    expect(JSON.parse(body)).toMatchObject({ code: 'temporarily-unavailable' });
  });
});

import { once } from 'node:events';
import { createServer as createHttpServer, get, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@smartkey/servers';
import { until } from '@smartkey/testing';
import { FrontDoor } from './front-door.ts';

const LIMITS = { period: 100, silent: 1_000, lost: 3_000 };
const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

const portOf = (server: HttpServer | Server): number => (server.address() as AddressInfo).port;

/** An instance that answers with its name, but for what is asked at /wait. */
async function answering(name: string): Promise<number> {
  const server = createHttpServer((request, response) => request.url !== '/wait' && response.end(name));
  closers.push(() => (server.close(), server.closeAllConnections()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server);
}

/** One that is paused: connections are taken, nothing is said. */
async function paused(): Promise<{ readonly port: number; readonly callers: Set<Socket> }> {
  const callers = new Set<Socket>();
  const server = createServer((socket) => void callers.add(socket.on('error', () => undefined)));
  closers.push(() => (server.close(), callers.forEach((socket) => socket.destroy())));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server), callers };
}

async function doorTo(...ports: number[]): Promise<string> {
  const door = await FrontDoor.open(ports, LIMITS);
  closers.push(() => void door.close());
  return door.url;
}

/** Asks by a connection of its own. @returns who has answered, or that the connection broke. */
const ask = (url: string, path = '/'): Promise<string> =>
  new Promise((resolve) => {
    get(`${url}${path}`, { agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += String(chunk)));
      response.on('end', () => resolve(text));
    }).on('error', () => resolve('broken'));
  });
const askTimes = async (url: string, times: number): Promise<string[]> => {
  const answers: string[] = [];
  for (let n = 0; n < times; n += 1) answers.push(await ask(url));
  return answers;
};

describe('the front door of a service', () => {
  it('leads to the instances in turn', async () => {
    const url = await doorTo(await answering('one'), await answering('two'));
    expect(await askTimes(url, 4)).toEqual(['one', 'two', 'one', 'two']);
  });

  it('leads past an instance that does not listen', async () => {
    const url = await doorTo(await freePort(), await answering('two'));
    expect(await askTimes(url, 4)).toEqual(['two', 'two', 'two', 'two']);
  });

  it('breaks the connection where no instance listens', async () => {
    expect(await ask(await doorTo(await freePort(), await freePort()))).toBe('broken');
  });

  it('leads past an instance that listens and is silent, as soon as that is known', async () => {
    const url = await doorTo((await paused()).port, await answering('two'));
    // Who came before has its connection broken when the instance is lost, and may turn to another.
    await until(async () => (await ask(url)) !== 'broken');
    await new Promise((resolve) => setTimeout(resolve, 2 * LIMITS.silent));
    expect(await askTimes(url, 4)).toEqual(['two', 'two', 'two', 'two']);
  });

  it('lets the callers of an instance go that has fallen silent', async () => {
    const { port, callers } = await paused();
    const url = await doorTo(port);
    const answer = ask(url, '/wait');
    await until(() => callers.size > 0);
    expect(await answer).toBe('broken');
  });

  it('keeps the callers of an instance that takes its time and is alive', async () => {
    const url = await doorTo(await answering('one'));
    const waited = new Promise((resolve) => setTimeout(() => resolve('still waiting'), 2 * LIMITS.lost));
    expect(await Promise.race([ask(url, '/wait'), waited])).toBe('still waiting');
  });

  it('leads to a silent instance where there is no other', async () => {
    const { port, callers } = await paused();
    const url = await doorTo(port);
    await new Promise((resolve) => setTimeout(resolve, 2 * LIMITS.silent));
    const before = callers.size;
    const answer = ask(url, '/wait');
    await until(() => callers.size !== before);
    callers.forEach((socket) => socket.destroy());
    expect(await answer).toBe('broken');
  });
});

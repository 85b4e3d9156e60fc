import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { onLoopback } from '@smartkey/servers';
import { pino } from 'pino';
import { ServiceOwner } from './service-owner.ts';

let owner: ServiceOwner;
let server: Server;
const sockets = new Set<Socket>();
afterEach(async () => {
  await owner.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => server.close(closed));
});

/** A service that answers once on each connection, and ends it under the next request, as one does whose idle timer fires then. */
async function endsUnderTheSecond(): Promise<readonly string[]> {
  const asked: string[] = [];
  server = createServer((socket) => {
    sockets.add(socket);
    let answered = false;
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      asked.push(String(bytes).split(' ', 1)[0]!);
      if (answered) return void socket.destroy();
      answered = true;
      socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=72\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  owner = new ServiceOwner('billing', await onLoopback(server), pino({ level: 'silent' }), {
    timeout: 5_000,
  });
  return asked;
}
const ask = (method: string) => owner.send({ method, target: '/v1/billing/runs', headers: {} });

describe('a connection that ends under a request', () => {
  it('is no matter of who reads: the request is sent again on another', async () => {
    const asked = await endsUnderTheSecond();
    for (const method of ['GET', 'GET', 'GET', 'GET']) {
      expect(await ask(method)).toMatchObject({ status: 200 });
      await pause(20);
    }
    expect(asked.length).toBeGreaterThan(4);
  });

  it('what may change something is never sent twice: 503', async () => {
    const asked = await endsUnderTheSecond();
    expect(await ask('GET')).toMatchObject({ status: 200 });
    // Until the connection is idle, to be used again.
    await pause(50);
    await expect(ask('POST')).rejects.toMatchObject({ status: 503 });
    expect(asked).toEqual(['GET', 'POST']);
  });
});

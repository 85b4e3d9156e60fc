import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpIijIdDirectory } from './http-iij-id-directory.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server?.listening) await once(server.close(), 'close');
});

async function directoryAt(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpIijIdDirectory> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new HttpIijIdDirectory(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'secret');
}

describe('第3条: a directory of IIJ ID contracts over HTTP', () => {
  it('says which contracts are active; one that it does not know is not', async () => {
    const asked: string[] = [];
    const directory = await directoryAt((request, response) => {
      asked.push(`${request.headers.authorization} ${request.url}`);
      const active = request.url === '/contracts/IID%2F1';
      if (request.url === '/contracts/unknown') response.writeHead(404).end();
      else response.end(JSON.stringify({ active }));
    });
    expect(await directory.activeAmong(['IID/1', 'IID-2', 'unknown'])).toEqual(new Set(['IID/1']));
    expect(asked.sort()).toEqual([
      'Bearer secret /contracts/IID%2F1',
      'Bearer secret /contracts/IID-2',
      'Bearer secret /contracts/unknown',
    ]);
  });

  it.each([
    ['fails', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(500).end()],
    ['refuses', (_: IncomingMessage, response: ServerResponse) => void response.writeHead(403).end('{}')],
    [
      'says something else',
      (_: IncomingMessage, response: ServerResponse) => void response.end('{"active":1}'),
    ],
    ['says nothing readable', (_: IncomingMessage, response: ServerResponse) => void response.end('<html>')],
    ['hangs up', (request: IncomingMessage) => void request.socket.destroy()],
  ])('one that %s is unavailable: nothing is known', async (_how, answer) => {
    const directory = await directoryAt(answer);
    await expect(directory.activeAmong(['IID-1'])).rejects.toMatchObject({
      name: 'IijIdDirectoryUnavailableError',
    });
  });
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { onLoopback } from '@smartkey/servers';
import { HttpIijIdDirectory } from './http-iij-id-directory.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server?.listening) await once(server.close(), 'close');
});

async function directoryAt(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  timeoutMillis?: number,
): Promise<HttpIijIdDirectory> {
  server = createServer(answer);
  return new HttpIijIdDirectory(await onLoopback(server), 'secret', timeoutMillis);
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

  it('an id is one step of the path: a way up is never asked for, and is not active', async () => {
    const asked: string[] = [];
    const directory = await directoryAt((request, response) => {
      asked.push(request.url!);
      response.end('{"active":true}');
    });
    const ids = ['..', '.', '', '%2e%2e', '../x', '..\\x', 'a?b#c', '...'];
    expect(await directory.activeAmong(ids)).toEqual(new Set(['%2e%2e', '../x', '..\\x', 'a?b#c', '...']));
    expect(asked.sort()).toEqual([
      '/contracts/%252e%252e',
      '/contracts/..%2Fx',
      '/contracts/..%5Cx',
      '/contracts/...',
      '/contracts/a%3Fb%23c',
    ]);
  });

  it('a redirect is not followed: what it leads to is not this directory, and the token is not for it', async () => {
    const asked: string[] = [];
    const directory = await directoryAt((request, response) => {
      asked.push(request.url!);
      if (request.url === '/elsewhere') response.end('{"active":true}');
      else response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await expect(directory.activeAmong(['IID-1'])).rejects.toMatchObject({
      name: 'IijIdDirectoryUnavailableError',
    });
    expect(asked).toEqual(['/contracts/IID-1']);
  });

  it('an answer without end is given up, by its length and by the time that it takes', async () => {
    let sent = 0;
    const flooding = await directoryAt((_, response) => {
      response.write('{"active":true,"x":"');
      const more = (): void => {
        if (response.destroyed) return;
        sent += 16_384;
        response.write('x'.repeat(16_384), more);
      };
      more();
    });
    await expect(flooding.activeAmong(['IID-1'])).rejects.toMatchObject({
      name: 'IijIdDirectoryUnavailableError',
    });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    server?.closeAllConnections();
    server?.close();
    const dripping = await directoryAt((_, response) => {
      response.write('{"active":');
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
    }, 500);
    await expect(dripping.activeAmong(['IID-1'])).rejects.toMatchObject({
      name: 'IijIdDirectoryUnavailableError',
      cause: { name: 'TimeoutError' },
    });
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

import { until } from '@smartkey/testing';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR_KEY, TestGateway } from '../testing/gateway.fixture.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start();
});
afterAll(() => test.close());

/** Not a measure: what is not ended is found by it. */
const LIMIT = 120_000;

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const withKey = `Authorization: Bearer ${OPERATOR_KEY}\r\n`;

/** A connection, whether it is still open, and what has come over it. */
function open(): { readonly socket: Socket; readonly isOpen: () => boolean; readonly text: () => string } {
  const { hostname, port } = new URL(test.gateway.url);
  const socket = connect(Number(port), hostname);
  let closed = false;
  let text = '';
  socket.on('close', () => (closed = true)).on('error', () => undefined);
  socket.on('data', (chunk) => (text += String(chunk)));
  return { socket, isOpen: () => !closed, text: () => text };
}

describe('what Node.js would answer by itself', () => {
  it('HTTP/1.1 without a host is 400, as a problem', async () => {
    const { text } = await test.raw(`GET /v1/status HTTP/1.1\r\n${withKey}Connection: close\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"malformed-request"/);
  });

  it('an expectation that nobody knows is passed over', async () => {
    const { text } = await test.raw(get('/health/live', 'Expect: tea\r\nConnection: close\r\n'));
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a connection without a valid key', () => {
  it.concurrent(
    'that sends nothing is ended',
    async () => {
      expect((await test.raw('')).text).toBe('');
    },
    LIMIT,
  );

  it.concurrent(
    'that sends its headers slowly is ended',
    async () => {
      const { socket, isOpen } = open();
      socket.write('GET /v1/contracts HTTP/1.1\r\nHost: x\r\n');
      for (let n = 0; isOpen(); n += 1) {
        await pause(500);
        socket.write(`X-${n}: y\r\n`);
      }
    },
    LIMIT,
  );

  it.concurrent(
    'that goes on sending a body which was refused is ended, and gets its answer first',
    async () => {
      const { socket, isOpen, text } = open();
      socket.write(
        'POST /v1/contracts/c/ids/imports HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 9999\r\n\r\n',
      );
      while (isOpen()) {
        socket.write('x');
        await pause(500);
      }
      expect(text()).toMatch(/^HTTP\/1\.1 401 /);
    },
    LIMIT,
  );

  it.concurrent(
    'is kept for a next request, but not for long, and says so',
    async () => {
      const { socket, text } = open();
      const answers = (): number => text().match(/HTTP\/1\.1 401 /g)?.length ?? 0;
      socket.write(get('/v1/contracts'));
      await until(() => answers() === 1);
      expect(text()).toMatch(/keep-alive: timeout=5\r\n/i);
      socket.write(get('/v1/contracts'));
      await until(() => answers() === 2);
      await once(socket, 'close');
    },
    LIMIT,
  );

  it.concurrent(
    'that reads its answer slowly is ended',
    async () => {
      const path = '/docs/swagger-ui-bundle.js';
      const { bytes } = await test.call('GET', path, undefined, { key: null });
      const { socket } = open();
      socket.pause();
      // More than the buffers of both ends hold.
      const asked = 15;
      for (let n = 0; n < asked; n += 1) socket.write(get(path));
      await pause(12_000);
      // Nobody tells a reader who does not read; a write does.
      const closed = once(socket, 'close');
      socket.resume();
      await closed;
      expect(socket.bytesRead).toBeLessThan(asked * bytes.length);
    },
    LIMIT,
  );

  it.concurrent('that asks to be closed is closed with its answer', async () => {
    const { text } = await test.raw(get('/v1/contracts', 'Connection: close\r\n'));
    expect(text).toMatch(/connection: close/i);
    expect(text).not.toMatch(/keep-alive/i);
  });

  it.concurrent(
    'that sends what is no HTTP is answered and ended, also where it does not close',
    async () => {
      const { text } = await test.raw('nonsense\r\n\r\n');
      expect(text).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  it.concurrent('that sends request after request without waiting for answers is ended', async () => {
    const guess = `Authorization: Bearer smk_${'a'.repeat(12)}_${'b'.repeat(43)}\r\n`;
    const { text } = await test.raw(get('/v1/contracts', guess).repeat(500));
    expect(text.match(/HTTP\/1\.1 401 /g) ?? []).not.toHaveLength(500);
  });
});

describe('a connection on which a valid key was shown', () => {
  it.concurrent(
    'is kept',
    async () => {
      const { socket, isOpen } = open();
      socket.write(get('/v1/status', withKey));
      await pause(9_000);
      expect(isOpen()).toBe(true);
      socket.destroy();
    },
    LIMIT,
  );

  it.concurrent(
    'waits for a slow answer',
    async () => {
      const slow = await test.sibling({});
      slow.services.behaviour = async () => {
        await pause(7_000);
        return { slow: true };
      };
      const { text } = await slow.raw(get('/v1/contracts', `${withKey}Connection: close\r\n`));
      expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"slow":true\}$/);
      await slow.close();
    },
    LIMIT,
  );
});

describe('too many connections', () => {
  it('the stranger who has been there longest goes; who showed a key stays', async () => {
    const small = await test.sibling({ SMARTKEY_MAX_CONNECTIONS: '5' });
    const { hostname, port } = new URL(small.gateway.url);
    const sockets: { readonly socket: Socket; closed: boolean }[] = [];
    const connected = async (sent: string): Promise<void> => {
      const socket = connect(Number(port), hostname, () => void (sent !== '' && socket.write(sent)));
      const entry = { socket, closed: false };
      socket.on('close', () => (entry.closed = true)).on('error', () => undefined);
      socket.resume();
      sockets.push(entry);
      await once(socket, sent === '' ? 'connect' : 'data');
    };
    await connected(get('/v1/status', withKey));
    for (let n = 0; n < 8; n += 1) await connected('');
    await until(() => sockets.filter(({ closed }) => closed).length === 4);
    expect(sockets.map(({ closed }) => closed)).toEqual([
      false,
      ...[true, true, true, true],
      ...[false, false, false, false],
    ]);
    expect((await small.call('GET', '/v1/status')).status).toBe(200);
    expect((await small.call('GET', '/metrics', undefined, { key: null })).text).toMatch(
      /smartkey_gateway_connections_dropped_total [5-9]/,
    );
    for (const { socket } of sockets) socket.destroy();
    await small.close();
  });
});

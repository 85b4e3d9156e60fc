import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { codeOf } from '@smartkey/lifecycle';

/** Below the ports that systems give to outgoing connections, which would take one while its owner is being started again. */
const PORTS = { from: 20_000, to: 32_000 };
const ATTEMPTS = 50;

/** Who was given a port may begin to listen much later. */
const given = new Set<number>();

/** A TCP port on the loopback interface that is free now, that nobody gets by chance, and that this process gives to nobody else. */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (!given.has(port)) {
      given.add(port);
      if (await isFree(port)) return port;
    }
    if (attempt === ATTEMPTS) throw new Error(`no free port between ${PORTS.from} and ${PORTS.to}`);
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

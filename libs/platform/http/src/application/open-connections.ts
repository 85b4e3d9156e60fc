import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { PROBLEM_TYPE } from '../problem/problem.ts';
import { unavailable } from '../problem/problems.ts';

/** System time, in milliseconds. */
export interface DrainTimes {
  /** For what is on its way when the end begins: it is still let in, and answered. */
  readonly arriving: number;
  /** For requests under way to be answered; those that are left are told 503. */
  readonly answering: number;
}

const DRAIN_TIMES: DrainTimes = { arriving: 200, answering: 5_000 };

/** How often connections that need to be closed are looked for. */
const SWEEP_MILLIS = 20;

interface Connection {
  readonly openedAt: number;
  readonly underWay: Set<ServerResponse>;
  /** What had been read of it when its last answer was complete; more than that is a request on its way in. */
  seen: number;
}

/**
 * The connections of a server, to be brought to an end: Node closes the idle ones once, and lets those that were busy then stay
 * for their keep-alive time.
 */
class OpenConnections {
  readonly #open = new Map<Socket, Connection>();
  #draining = false;

  constructor(
    server: Server,
    private readonly times: DrainTimes,
  ) {
    server.on('connection', (socket: Socket) => {
      this.#open.set(socket, { openedAt: performance.now(), underWay: new Set(), seen: 0 });
      socket.once('close', () => this.#open.delete(socket));
    });
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) =>
      this.#begin(socket, response),
    );
  }

  /** Answers when the server may stop listening; what is under way then comes to its end by itself. */
  async drain(): Promise<void> {
    this.#draining = true;
    for (const { underWay } of this.#open.values()) for (const response of underWay) sayClose(response);
    await pause(this.times.arriving);
    // Whatever has arrived while this process had other things to do is taken in once more.
    await setImmediate();
    await setImmediate();
    const sweep = setInterval(() => {
      this.#closeIdle();
      if (this.#open.size === 0) clearInterval(sweep);
    }, SWEEP_MILLIS);
    const end = setTimeout(() => this.#closeAll(), this.times.answering);
    sweep.unref();
    end.unref();
    this.#closeIdle();
  }

  #begin(socket: Socket, response: ServerResponse): void {
    const connection = this.#open.get(socket);
    if (connection === undefined) return;
    connection.underWay.add(response);
    if (this.#draining) sayClose(response);
    response.once('close', () => {
      connection.underWay.delete(response);
      connection.seen = socket.bytesRead;
    });
  }

  #closeIdle(): void {
    const justNow = performance.now() - this.times.arriving;
    for (const [socket, { underWay, seen, openedAt }] of this.#open)
      if (underWay.size === 0 && socket.bytesRead <= seen && openedAt < justNow) socket.destroySoon();
  }

  #closeAll(): void {
    for (const [socket, { underWay }] of this.#open) {
      const [first] = underWay;
      // Past the answer's own stream: whoever still works on it must not find it finished by others.
      if (first !== undefined && !first.headersSent && socket.writable) socket.write(CUT_SHORT);
      socket.destroySoon();
    }
  }
}

function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.shouldKeepAlive = false;
}

/** Not "nothing was decided": that is not known. */
const CUT_SHORT = ((): string => {
  const problem = unavailable(
    'The service is being stopped. Whether this was carried out is not known: send it again, with the same Idempotency-Key.',
  );
  const body = JSON.stringify(problem.details);
  return (
    `HTTP/1.1 503 ${STATUS_CODES[503]}\r\nContent-Type: ${PROBLEM_TYPE}\r\nRetry-After: 1\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
})();

/**
 * Makes `close()` end all connections in bounded time: answers under way say `Connection: close`, what becomes idle is closed,
 * what has just arrived is answered, and what takes too long is told 503.
 */
export function closeGracefully(fastify: FastifyInstance, times: DrainTimes = DRAIN_TIMES): void {
  const connections = new OpenConnections(fastify.server as Server, times);
  fastify.addHook('preClose', async () => {
    if (fastify.server.listening) await connections.drain();
  });
}

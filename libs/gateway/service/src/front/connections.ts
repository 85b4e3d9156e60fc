import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { sharedCounter } from '@smartkey/metrics';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Counter, Registry } from 'prom-client';

/** For so long, in milliseconds, a connection may stand still on which no valid key was shown. */
const STRANGERS_IDLE = 5_000;
/** For so long, in milliseconds, what is left of a body may go on arriving once the request was answered. */
const REST_OF_BODY = 5_000;
/** So many requests of one connection may be under way: HTTP/1.1 pipelining is for a few, not for filling memory. */
const MOST_PIPELINED = 16;

interface ConnectionLimits {
  /** Open connections at one time. */
  readonly most: number;
}

/**
 * Bounds what connections cost. A stranger, on whose connection no valid key was shown, holds none for long: it ends where it
 * stands still, where it is slow to read, or where it goes on sending what was refused. When all places are taken the stranger
 * who has been there longest goes, so that strangers cannot keep out who has a key.
 */
export class FrontConnections {
  private readonly open = new Set<Socket>();
  /** The oldest first. */
  private readonly strangers = new Set<Socket>();
  private readonly underWay = new WeakMap<Socket, number>();
  private readonly dropped: Counter<string>;

  constructor(
    private readonly limits: ConnectionLimits,
    metrics: Registry,
  ) {
    this.dropped = sharedCounter(
      metrics,
      'smartkey_gateway_connections_dropped_total',
      'Connections ended because there were too many.',
      [],
    );
  }

  /** To be called before anything else is registered. */
  watch(front: FastifyInstance): void {
    (front.server as Server).on('connection', (socket: Socket) => this.opened(socket));
    front.addHook('onRequest', (request, reply, done) => {
      this.began(request.raw.socket, reply.raw);
      done();
    });
    front.addHook('onSend', (request, reply, payload, done) => {
      const { socket } = request.raw;
      if (this.isStranger(request)) {
        socket.setTimeout(STRANGERS_IDLE);
        // Tells a client that keeps its connections how long it may count on this one.
        if (reply.raw.shouldKeepAlive && !reply.raw.hasHeader('connection'))
          void reply.headers({ connection: 'keep-alive', 'keep-alive': `timeout=${STRANGERS_IDLE / 1000}` });
      }
      done(null, payload);
    });
    front.addHook('onResponse', (request, _reply, done) => {
      // Node has set its own limit for the time between two requests just now.
      if (this.isStranger(request)) request.raw.socket.setTimeout(STRANGERS_IDLE);
      this.endRest(request.raw);
      done();
    });
  }

  /** A valid key was shown on it. */
  admit({ raw }: FastifyRequest): void {
    this.strangers.delete(raw.socket);
  }

  private opened(socket: Socket): void {
    this.open.add(socket);
    this.strangers.add(socket);
    socket.setTimeout(STRANGERS_IDLE);
    socket.once('close', () => {
      this.open.delete(socket);
      this.strangers.delete(socket);
    });
    if (this.open.size <= this.limits.most) return;
    this.dropped.inc();
    // The new one itself, where all others have shown a key.
    (this.strangers.values().next().value ?? socket).destroy();
  }

  private began(socket: Socket, answer: ServerResponse): void {
    // A request under way may take its time: the connection is quiet meanwhile.
    socket.setTimeout(0);
    const underWay = (this.underWay.get(socket) ?? 0) + 1;
    this.underWay.set(socket, underWay);
    if (underWay > MOST_PIPELINED) socket.destroy();
    answer.once('close', () => this.underWay.set(socket, (this.underWay.get(socket) ?? 1) - 1));
  }

  /** A proxy's connection carries many people's requests: what is said of one is not said of the others. */
  private isStranger(request: FastifyRequest): boolean {
    return this.strangers.has(request.raw.socket) && (request.ips?.length ?? 0) < 2;
  }

  /** Node reads and drops what is left of a body that was answered early, for as long as it comes. */
  private endRest(raw: IncomingMessage): void {
    if (raw.complete) return;
    setTimeout(() => {
      if (!raw.complete) raw.socket.destroy();
    }, REST_OF_BODY).unref();
  }
}

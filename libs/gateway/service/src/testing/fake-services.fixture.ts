import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Duplex, Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ServiceName } from '@smartkey/event-bus';
import { connectWithin, INTERNAL, parseActorHeader } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';

/** A request as a service saw it. */
export interface Seen {
  readonly service: ServiceName;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly actor: Actor | undefined;
  readonly body: Buffer;
}

type Behaviour = (seen: Seen, reply: FastifyReply) => unknown;

/** The four services as the gateway meets them: real HTTP servers that keep what they saw and do what a test says. */
export class FakeServices {
  readonly seen: Seen[] = [];
  /** What is answered; by default an echo of method and address. */
  behaviour: Behaviour = ({ service, method, url }) => ({ service, method, url });
  contracts = new Set<string>();
  /** What a log says of its last incarnation. */
  incarnation: { number: number; keptPosition: string; begunAt: string | null } = {
    number: 1,
    keptPosition: '0',
    begunAt: null,
  };
  /** Whether a test answers for the logs itself. */
  ownLogs = false;
  private constructor(
    readonly urls: Readonly<Record<ServiceName, string>>,
    private readonly servers: ReadonlyMap<ServiceName, FastifyInstance>,
  ) {}

  static async start(): Promise<FakeServices> {
    const urls: Partial<Record<ServiceName, string>> = {};
    const servers = new Map<ServiceName, FastifyInstance>();
    const holder: { services?: FakeServices } = {};
    for (const name of ['contract', 'device-registry', 'authentication', 'billing'] as const) {
      const server = fastify({ forceCloseConnections: true });
      server.removeAllContentTypeParsers();
      server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      server.get('/health/ready', () => ({ status: 'ok' }));
      server.all('/*', (request, reply) => holder.services!.answer(name, request, reply));
      await server.listen({ host: '127.0.0.1', port: 0 });
      urls[name] = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
      servers.set(name, server);
    }
    return (holder.services = new FakeServices(urls as Record<ServiceName, string>, servers));
  }

  private async answer(service: ServiceName, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { headers, method, url } = request;
    const facts = /^\/internal\/contracts\/(\w+)\/facts$/.exec(url);
    if (facts !== null) return reply.code(this.contracts.has(facts[1]!) ? 200 : 404).send({});
    // The registry's log, which the gateway reads for itself from its start on: nothing is in it unless a test says so.
    if (service === 'device-registry' && url.startsWith('/internal/log?') && !this.ownLogs)
      return reply.send({ messages: [], upTo: '0', settled: '0' });
    if (url === '/internal/log/incarnation') return reply.send(this.incarnation);
    const actor = headers[INTERNAL.actor];
    const body = request.body === undefined ? Buffer.alloc(0) : await buffer(request.body as Readable);
    const seen = { service, method, url, headers, body, actor: parseActorHeader(String(actor)) };
    this.seen.push(seen);
    return this.behaviour(seen, reply);
  }

  /** A connection without a socket. */
  connect(service: ServiceName): Duplex {
    return connectWithin(this.servers.get(service)!.server);
  }

  last(): Seen {
    return this.seen.at(-1)!;
  }

  /** A service that is gone. */
  async stop(service: ServiceName): Promise<void> {
    await this.servers.get(service)!.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.close()));
  }
}

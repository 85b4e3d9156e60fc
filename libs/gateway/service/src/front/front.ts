import { Readable } from 'node:stream';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  answerInPlaceOfNode,
  closeGracefully,
  contextOf,
  demandKnownCharset,
  fastifyOptions,
  limitBytes,
  notFoundProblem,
  pathOf,
  problemOfError,
  registerHealth,
  registerRequestLog,
  registerServerSpans,
  SENDER_GONE,
  senderIsGone,
  sendProblem,
  tooLarge,
  unknownAddress,
  unsupportedMediaType,
  type HealthContributor,
} from '@smartkey/http';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { GatewaySettings } from '../settings/gateway-settings.ts';
import { isCanonicalPath } from '../forwarding/canonical-path.ts';
import type { Answer } from './answer.ts';
import { FrontConnections } from './connections.ts';
import type { Gate } from './gate.ts';
import type { Dispatch } from './dispatch.ts';
import { proxyPortal, type PortalPlace } from './portal-proxy.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface FrontParts {
  readonly settings: GatewaySettings;
  readonly gate: Gate;
  readonly dispatch: Dispatch;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly health: readonly HealthContributor[];
  /** The methods that an address has, for `Allow`; none where there is no such address. */
  readonly methodsOf: (path: string) => readonly string[];
  /** The web pages, where there are any. */
  readonly portal?: PortalPlace | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Bodies are taken as they come: JSON whole, CSV as a stream; what they mean is their owner's matter. */
function takeBodies(front: FastifyInstance, { jsonLimit, csvLimit }: GatewaySettings): void {
  front.removeAllContentTypeParsers();
  front.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: jsonLimit },
    (_request: FastifyRequest, bytes: Buffer, done: (error: Error | null, body?: unknown) => void) =>
      done(null, bytes),
  );
  front.addContentTypeParser('text/csv', (request, payload: Readable, done) => {
    if (Number(request.headers['content-length'] ?? 0) > csvLimit) done(tooLarge(csvLimit));
    else done(null, limitBytes(payload, csvLimit));
  });
}

/** What people type with a slash behind. */
const ALSO_SERVED = ['/docs/', '/portal/'];

/** The answer as its owner gave it; to HEAD without a body, but with its length. */
function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  const { status, headers, body, length } = answer;
  void reply.code(status).headers(headers);
  if (length !== undefined) void reply.header('content-length', String(length));
  if (request.method !== 'HEAD') return reply.send(body);
  if (!Buffer.isBuffer(body)) body.resume();
  return reply.send(null);
}

/** A coded body would be inflated by whoever reads it: not taken. */
function refuseCodedBodies(request: FastifyRequest): void {
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') throw unsupportedMediaType();
}

/**
 * The edge: limits and identifies before a byte of a body is read, then hands on. Bare Fastify, since every
 * authentication passes here.
 */
export function createFront(parts: FrontParts): FastifyInstance {
  const { settings, gate, dispatch, log } = parts;
  const front = fastify({
    ...fastifyOptions(settings.jsonLimit),
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
  });
  const connections = new FrontConnections({ most: settings.maxConnections }, parts.metrics);
  connections.watch(front);
  registerServerSpans(front, 'gateway');
  registerRequestLog(front, { name: 'gateway', log, metrics: parts.metrics });
  takeBodies(front, settings);
  front.setErrorHandler((error, request, reply) => {
    const problem = senderIsGone(error, request) ? SENDER_GONE : problemOfError(error, settings.jsonLimit);
    if (problem.status >= 500 && problem.status !== 503)
      log.error({ err: error, id: request.id }, 'request failed');
    sendProblem(reply, problem);
  });
  front.setNotFoundHandler(unknownAddress(parts.methodsOf));
  front.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    const path = pathOf(request);
    done(isCanonicalPath(path) || ALSO_SERVED.includes(path) ? undefined : notFoundProblem());
  });
  answerInPlaceOfNode(front);
  registerHealth(front, parts);
  closeGracefully(front);
  if (parts.portal !== undefined) proxyPortal(front, parts.portal, log);
  front.register((api, _options, registered) => {
    api.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
      refuseCodedBodies(request);
      demandKnownCharset(request);
      if (gate.isOpen(request.method, pathOf(request))) return;
      const { actor, headers } = await gate.admit(request);
      contextOf(request).actor = actor;
      connections.admit(request);
      void reply.headers(headers);
    });
    api.route({
      method: METHODS,
      url: '/v1/*',
      handler: async (request, reply) => {
        const answer = await dispatch.send(request, contextOf(request).actor, gate.visitorOf(request));
        return sendAnswer(request, reply, answer);
      },
    });
    registered();
  });
  return front;
}

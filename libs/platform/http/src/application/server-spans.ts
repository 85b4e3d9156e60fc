import {
  endServerSpan,
  runInContext,
  startServerSpan,
  tracingIsOn,
  type TraceContext,
} from '@smartkey/tracing';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Asked by machines every few seconds: nobody looks for these. */
const UNTRACED = new Set(['/health/live', '/health/ready', '/metrics', '/internal/log/news']);
/** Readers poll it: it is part of the trace of a reader that has one, and of none else. */
const ONLY_WITHIN_A_TRACE = new Set(['/internal/log']);

/**
 * A span for each request, named after its route. To be registered before every other hook: what they and the handler do
 * is part of it. Registers nothing where tracing is off.
 */
export function registerServerSpans(fastify: FastifyInstance, service: string): void {
  if (!tracingIsOn()) return;
  const contexts = new WeakMap<object, TraceContext>();
  const within = (request: FastifyRequest, done: () => void): void => {
    const trace = contexts.get(request.raw);
    if (trace === undefined) done();
    else runInContext(trace, done);
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!tracingIsOn()) return done();
    const route = request.routeOptions.url;
    const { traceparent } = request.headers;
    const caller = typeof traceparent === 'string' ? traceparent : undefined;
    if (route !== undefined && UNTRACED.has(route)) return done();
    if (route !== undefined && ONLY_WITHIN_A_TRACE.has(route) && caller === undefined) return done();
    const { span, within: trace } = startServerSpan({
      service,
      method: request.method,
      route,
      traceparent: caller,
    });
    contexts.set(request.raw, trace);
    reply.raw.once('close', () =>
      endServerSpan(span, reply.raw.writableFinished ? reply.raw.statusCode : undefined),
    );
    within(request, done);
  });
  // A body arrives by events of the socket, which know nothing of the request's trace; so does the end of the answer.
  fastify.addHook('preValidation', (request, _reply, done) => within(request, done));
  fastify.addHook('onResponse', (request, _reply, done) => within(request, done));
}

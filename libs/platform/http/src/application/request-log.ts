import { sharedCounter } from '@smartkey/metrics';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Histogram, type Registry } from 'prom-client';
import { contextOf } from '../security/request-context.ts';
import { pathOf } from './path-of.ts';

const NAME = 'smartkey_http_request_duration_seconds';

const histogramIn = (metrics: Registry): Histogram<string> =>
  (metrics.getSingleMetric(NAME) as Histogram<string> | undefined) ??
  new Histogram({
    name: NAME,
    help: 'Time from request to the end of its answer.',
    labelNames: ['service', 'method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [metrics],
  });

/**
 * One line and one observation for each request: method, path, status, time, key id. No query (it may name a person), no
 * body, no key, no code. A request whose caller went away is counted apart: it has no answer and no status.
 */
export function registerRequestLog(
  fastify: FastifyInstance,
  { name, log, metrics }: { readonly name: string; readonly log: Logger; readonly metrics: Registry },
): void {
  const durations = histogramIn(metrics);
  const aborted = sharedCounter(
    metrics,
    'smartkey_http_requests_aborted_total',
    'Requests whose caller went away before the answer.',
    ['service', 'method', 'route'],
  );
  fastify.addHook('onRequestAbort', (request, done) => {
    const { method } = request;
    aborted.inc({ service: name, method, route: request.routeOptions.url ?? 'unknown' });
    log.debug({ id: request.id, method, path: pathOf(request) }, 'the caller went away');
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { elapsedTime: millis, statusCode: status } = reply;
    const { method } = request;
    durations.observe(
      { service: name, method, route: request.routeOptions.url ?? 'unknown', status: String(status) },
      millis / 1000,
    );
    const level = status >= 500 ? 'warn' : 'debug';
    if (log.isLevelEnabled(level)) {
      const path = pathOf(request);
      const { actor } = contextOf(request);
      log[level](
        { id: request.id, method, path, status, millis: Math.round(millis * 10) / 10, key: actor?.key },
        'request',
      );
    }
    done();
  });
}

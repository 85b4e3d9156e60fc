import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { HealthContributor } from './health-contributor.ts';
import { SharedCheck } from './shared-check.ts';

type ReadyQuery = { readonly exclude?: string | readonly string[] };

/**
 * `/health/live`: the process answers. `/health/ready`: so do all its parts, else 503; `?exclude=watermark` (more than once) leaves
 * parts out, for a balancer that must not take an instance away for what no other instance does better. `/metrics` for Prometheus.
 */
export function registerHealth(
  fastify: FastifyInstance,
  parts: { readonly log: Logger; readonly metrics: Registry; readonly health: readonly HealthContributor[] },
): void {
  const shared = parts.health.map((part) => new SharedCheck(part, parts.log));
  let stopping = false;
  fastify.addHook('preClose', (done) => {
    stopping = true;
    done();
  });
  fastify.get('/health/live', () => ({ status: 'ok' }));
  fastify.get<{ Querystring: ReadyQuery }>('/health/ready', async ({ query }, reply) => {
    const excluded = new Set([query.exclude ?? []].flat());
    const asked = shared.filter(({ name }) => !excluded.has(name));
    const findings = await Promise.all(asked.map(async (each) => [each.name, await each.find()] as const));
    const ready = !stopping && findings.every(([, { usable }]) => usable);
    const reasons = findings.flatMap(([name, { reason }]) => (reason === undefined ? [] : [[name, reason]]));
    if (stopping) reasons.push(['process', 'it is being stopped']);
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ok' : 'unavailable',
      checks: Object.fromEntries(findings.map(([name, { usable }]) => [name, usable ? 'ok' : 'unavailable'])),
      ...(reasons.length > 0 && { reasons: Object.fromEntries(reasons) }),
    });
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.header('content-type', parts.metrics.contentType).send(await parts.metrics.metrics()),
  );
}

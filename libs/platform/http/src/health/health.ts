import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

/** A part without which the service cannot do its work. */
export interface HealthContributor {
  readonly name: string;
  /** @throws where the part is not usable. */
  check(): Promise<void>;
}

const PATIENCE_MILLIS = 3_000;

async function passes(contributor: HealthContributor, log: Logger): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MILLIS);
    });
    await Promise.race([contributor.check(), late]);
    return true;
  } catch (error) {
    log.warn({ err: error, part: contributor.name }, 'not ready');
    return false;
  } finally {
    clearTimeout(timer);
  }
}

type ReadyQuery = { readonly exclude?: string | readonly string[] };

/**
 * `/health/live`: the process answers. `/health/ready`: so do all its parts, else 503; `?exclude=watermark` (more than once) leaves
 * parts out, for a balancer that must not take an instance away for what no other instance does better. `/metrics` for Prometheus.
 */
export function registerHealth(
  fastify: FastifyInstance,
  parts: { readonly log: Logger; readonly metrics: Registry; readonly health: readonly HealthContributor[] },
): void {
  fastify.get('/health/live', () => ({ status: 'ok' }));
  fastify.get<{ Querystring: ReadyQuery }>('/health/ready', async ({ query }, reply) => {
    const excluded = new Set([query.exclude ?? []].flat());
    const asked = parts.health.filter(({ name }) => !excluded.has(name));
    const results = await Promise.all(
      asked.map(async (each) => [each.name, (await passes(each, parts.log)) ? 'ok' : 'unavailable']),
    );
    const ready = results.every(([, state]) => state === 'ok');
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(results) });
  });
  fastify.get('/metrics', async (_request, reply) =>
    reply.header('content-type', parts.metrics.contentType).send(await parts.metrics.metrics()),
  );
}

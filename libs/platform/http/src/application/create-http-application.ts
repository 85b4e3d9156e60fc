import 'reflect-metadata';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DEFAULT_BODY_LIMITS, registerBodyParsers } from '../body/body-parsers.ts';
import { faultOfText } from '../body/text-rules.ts';
import { Written } from '../command/written.ts';
import { CONSISTENCY_TOKEN, encodeConsistencyToken } from '../consistency/consistency-token.ts';
import { FormPipe } from '../forms/form.pipe.ts';
import { registerHealth } from '../health/health.ts';
import { ProblemException } from '../problem/problem.ts';
import { notFoundProblem, validationFailed } from '../problem/problems.ts';
import { ActorGuard } from '../security/actor.guard.ts';
import { INTERNAL } from '../security/internal-headers.ts';
import { secretCheck } from '../security/internal-token.ts';
import type { HttpOptions } from './http-options.ts';
import { nestLogger } from './nest-logger.ts';
import { answerNotModified } from './not-modified.ts';
import { closeGracefully } from './open-connections.ts';
import { ProblemFilter } from './problem.filter.ts';
import { registerRequestLog } from './request-log.ts';
import { registerServerSpans } from './server-spans.ts';
import { ServiceAdapter } from './service-adapter.ts';

@Module({})
class HttpRootModule {}

/** What services tell one another comes in batches. */
const INTERNAL_LIMIT = 4 * 1024 * 1024;

const OPEN = new Set(['/health/live', '/health/ready', '/metrics']);

/** Refuses whoever is not the gateway or a service, before a byte of the body is read. */
function demandToken(fastify: FastifyInstance, internalToken: string): void {
  const matches = secretCheck(internalToken);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    if (OPEN.has(request.routeOptions.url ?? '') || matches(request.headers[INTERNAL.token])) done();
    else
      done(new ProblemException(401, 'unauthenticated', 'Only the gateway and the services may call here.'));
  });
}

/** Text in addresses must be storable in PostgreSQL, as text in bodies must. */
function checkAddresses(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    for (const value of Object.values((request.params ?? {}) as Record<string, string>))
      if (faultOfText(value) !== undefined) return done(notFoundProblem());
    for (const [name, value] of Object.entries((request.query ?? {}) as Record<string, unknown>)) {
      const fault = faultOfText(name) ?? faultOfText(String(value));
      if (fault !== undefined)
        return done(validationFailed([{ pointer: '/query', rule: 'plain-text', detail: fault }]));
    }
    done();
  });
}

/** Unpacks `written(…)` into body, status, ETag and Consistency-Token. */
function unpackWrites(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (_request, reply, payload, done) => {
    if (!(payload instanceof Written)) return done(null, payload);
    const { revision, position, source } = payload.at ?? {};
    if (payload.status !== undefined) void reply.code(payload.status);
    if (revision !== undefined) void reply.header('etag', `"${revision}"`);
    if (position !== undefined && source !== undefined)
      void reply.header(CONSISTENCY_TOKEN, encodeConsistencyToken({ source, position }));
    done(null, payload.body);
  });
}

/**
 * A Nest application on Fastify as every service of ours is: problems, strict forms, roles and tenancy, health, metrics,
 * request log. Not listening yet; `inject` works.
 */
export async function createHttpApplication(
  module: DynamicModule | Type,
  options: HttpOptions,
): Promise<NestFastifyApplication> {
  const limits = { ...DEFAULT_BODY_LIMITS, ...options.bodyLimits };
  const adapter = new ServiceAdapter(limits.json);
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith('/internal')) route.bodyLimit = INTERNAL_LIMIT;
  });
  registerServerSpans(fastify, options.tracedAs ?? options.name);
  registerRequestLog(fastify, options);
  demandToken(fastify, options.internalToken);
  checkAddresses(fastify);
  unpackWrites(fastify);
  answerNotModified(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: HttpRootModule, imports: [module] },
    adapter,
    { logger: nestLogger(options.log), bodyParser: false, abortOnError: false },
  );
  registerBodyParsers(fastify, limits);
  registerHealth(fastify, { log: options.log, metrics: options.metrics, health: options.health ?? [] });
  closeGracefully(fastify);
  app.useGlobalFilters(new ProblemFilter(options.log, limits.json));
  app.useGlobalPipes(new FormPipe());
  app.useGlobalGuards(new ActorGuard(app.get(Reflector)));
  await app.init();
  await fastify.ready();
  return app;
}

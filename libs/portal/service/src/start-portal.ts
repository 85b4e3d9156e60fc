import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { NestFactory, Reflector } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  closeGracefully,
  moduleOf,
  nestLogger,
  registerHealth,
  registerRequestLog,
  registerServerSpans,
} from '@smartkey/http';
import type { FastifyInstance } from 'fastify';
import { listeningError, urlOf } from '@smartkey/runtime';
import { FORM_LIMIT, parseForms } from './pages/parse-forms.ts';
import { PageFilter } from './pages/page.filter.ts';
import { PortalAdapter } from './pages/portal-adapter.ts';
import { portalControllers } from './portal.controllers.ts';
import type { PortalParts } from './portal-parts.ts';
import { VisitGuard } from './visit/visit.guard.ts';
import { Visits } from './visit/visits.ts';

export interface RunningPortal {
  /** `http://127.0.0.1:3100`: for the gateway alone. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the web pages and listens. */
export async function startPortal(parts: PortalParts): Promise<RunningPortal> {
  const { log, metrics, host, port } = parts;
  const adapter = new PortalAdapter(FORM_LIMIT, log);
  const fastify = adapter.getInstance<FastifyInstance>();
  registerServerSpans(fastify, 'portal');
  registerRequestLog(fastify, { name: 'portal', log, metrics });
  const visits = new Visits(parts);
  const app = await NestFactory.create<NestFastifyApplication>(
    moduleOf('PortalModule', { controllers: portalControllers, parts: [visits] }),
    adapter,
    { logger: nestLogger(log), bodyParser: false, abortOnError: false },
  );
  parseForms(fastify, parts.fileLimit);
  registerHealth(fastify, { log, metrics, health: [] });
  closeGracefully(fastify);
  app.useGlobalFilters(new PageFilter(log));
  app.useGlobalGuards(new VisitGuard(app.get(Reflector), visits));
  await app.init();
  await fastify.ready();
  await app.listen(port, host).catch((error: unknown) => {
    throw listeningError({ host, port }, error);
  });
  const listening = fastify.server.address() as AddressInfo;
  return { url: urlOf({ host, port: listening.port }), close: () => app.close() };
}

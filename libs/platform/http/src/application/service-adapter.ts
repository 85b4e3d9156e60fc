import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { fastifyOptions } from './fastify-options.ts';
import { watchRoutes } from './known-routes.ts';
import { unknownAddress } from './unknown-address.ts';

/** Nest's Fastify adapter, with errors and unknown addresses told as problems. */
export class ServiceAdapter extends FastifyAdapter {
  private readonly methodsOf: (path: string) => readonly string[];

  constructor(jsonLimit: number) {
    super({ ...fastifyOptions(jsonLimit), skipMiddie: true });
    this.methodsOf = watchRoutes(this.getInstance<FastifyInstance>());
  }

  /** Errors reach the filter as they are; Nest would keep only their message and status. */
  override mapException(error: unknown): unknown {
    return error;
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.getInstance<FastifyInstance>().setNotFoundHandler(unknownAddress(this.methodsOf));
  }
}

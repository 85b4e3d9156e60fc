import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { methodNotAllowed, notFoundProblem } from '../problem/problems.ts';
import { fastifyOptions } from './fastify-options.ts';
import { watchRoutes } from './known-routes.ts';
import { sendProblem } from './send-problem.ts';

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
    const answer = (request: FastifyRequest, reply: FastifyReply): void => {
      const methods = this.methodsOf(request.url.split('?', 1)[0]!);
      sendProblem(reply, methods.length > 0 ? methodNotAllowed(methods) : notFoundProblem());
    };
    return this.getInstance<FastifyInstance>().setNotFoundHandler(answer);
  }
}

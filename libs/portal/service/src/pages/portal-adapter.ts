import { FastifyAdapter } from '@nestjs/platform-fastify';
import { fastifyOptions } from '@smartkey/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { PageError } from './page-error.ts';
import { sendError } from './send-error.tsx';
import { visitOf } from '../visit/access.decorator.ts';
import type { Answer } from './answer.ts';
import { sendAnswer } from './send.tsx';

/** Nest's Fastify adapter, where what a screen answers is a page, a way on or a file. */
export class PortalAdapter extends FastifyAdapter {
  constructor(
    formLimit: number,
    private readonly log: Logger,
  ) {
    super({ ...fastifyOptions(formLimit), skipMiddie: true });
  }

  /** Errors reach the filter as they are. */
  override mapException(error: unknown): unknown {
    return error;
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    const answer = (request: FastifyRequest, reply: FastifyReply): void =>
      sendError(new PageError(404, 'not-found'), request, reply, undefined, this.log);
    return this.getInstance<FastifyInstance>().setNotFoundHandler(answer);
  }

  override reply(response: FastifyReply, answer: unknown): FastifyReply {
    const visit = visitOf(response.request);
    if (visit === undefined) throw new Error('a screen without a visit');
    return sendAnswer(response, answer as Answer, visit);
  }
}

import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { visitOf } from '../visit/access.decorator.ts';
import { sendError } from './send-error.tsx';

/** Answers what went wrong with a page that says what to do next. */
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    sendError(error, request, reply, visitOf(request), this.log);
  }
}

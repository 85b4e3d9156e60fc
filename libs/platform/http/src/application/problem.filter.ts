import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { problemOfError } from '../problem/problem-of-error.ts';
import { SENDER_GONE, senderIsGone } from './sender-gone.ts';
import { sendProblem } from './send-problem.ts';

/** Tells every error as a problem; what is our fault goes to the log with its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly jsonLimit: number,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = senderIsGone(error, request) ? SENDER_GONE : problemOfError(error, this.jsonLimit);
    if (problem.status >= 500) this.log.error({ err: error, id: request.id }, 'request failed');
    sendProblem(http.getResponse<FastifyReply>(), problem);
  }
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { csvCharsetOf } from './charset.ts';

/** What the `text/csv` body is coded in, by its media type. @throws ProblemException 415 for what is not read here. */
export const CsvCharsetOfBody = createParamDecorator((_: unknown, context: ExecutionContext) =>
  csvCharsetOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { unsupportedMediaType } from '../problem/problems.ts';

/** The bytes of a `text/csv` body as a stream. @throws ProblemException 415 for any other body. */
export const CsvBody = createParamDecorator((_: unknown, context: ExecutionContext): Readable => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!(body instanceof Readable)) throw unsupportedMediaType();
  return body;
});

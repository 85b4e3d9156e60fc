import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { INTERNAL } from '@smartkey/http';
import type { FastifyRequest } from 'fastify';

/** Whose address a request comes from, as the front tells its own routes: an IPv4 address or the /64 of an IPv6 one. */
export const Visitor = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const told = context.switchToHttp().getRequest<FastifyRequest>().headers[INTERNAL.visitor];
  if (typeof told !== 'string') throw new Error('the front did not tell whose address it is');
  return told;
});

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Signatory } from '@smartkey/kernel';
import type { FastifyRequest } from 'fastify';
import { actorOf } from './actor-of.ts';
import { INTERNAL, parseSignatoryHeader } from './internal-headers.ts';

/**
 * Who signs, as the gateway tells it of routes on which something may take two persons. Where the header is missing, or
 * names another key, no person is known.
 */
function signatoryOf(request: FastifyRequest): Signatory {
  const { key } = actorOf(request);
  const header = request.headers[INTERNAL.signatory];
  const told = typeof header === 'string' ? parseSignatoryHeader(header) : undefined;
  return told?.key === key ? told : { key, makers: [] };
}

export const SignedBy = createParamDecorator((_: unknown, context: ExecutionContext) =>
  signatoryOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

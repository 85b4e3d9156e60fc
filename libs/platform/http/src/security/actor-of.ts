import type { FastifyRequest } from 'fastify';
import { ProblemException } from '../problem/problem.ts';
import { contextOf } from './request-context.ts';
import { INTERNAL, parseActorHeader, type Caller } from './internal-headers.ts';

/** The actor that the gateway identified. @throws ProblemException 401 where the call names none. */
export function actorOf(request: FastifyRequest): Caller {
  const context = contextOf(request);
  if (context.actor !== undefined) return context.actor;
  const header = request.headers[INTERNAL.actor];
  const actor = typeof header === 'string' ? parseActorHeader(header) : undefined;
  if (actor === undefined) throw new ProblemException(401, 'unauthenticated', 'A valid key is needed.');
  return (context.actor = actor);
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { methodNotAllowed, notFoundProblem } from '../problem/problems.ts';
import { pathOf } from './path-of.ts';
import { sendProblem } from './send-problem.ts';

/**
 * Answers where no route is.
 * @param methodsOf the methods that an address has, for `Allow`; none where there is no such address.
 */
export const unknownAddress =
  (methodsOf: (path: string) => readonly string[]) =>
  (request: FastifyRequest, reply: FastifyReply): void => {
    const methods = methodsOf(pathOf(request));
    sendProblem(reply, methods.length > 0 ? methodNotAllowed(methods) : notFoundProblem());
  };

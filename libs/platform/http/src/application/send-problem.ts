import type { FastifyReply } from 'fastify';
import { PROBLEM_TYPE, type ProblemException } from '../problem/problem.ts';

export function sendProblem(reply: FastifyReply, problem: ProblemException): void {
  void reply
    .code(problem.status)
    .headers({ 'x-request-id': reply.request.id, 'cache-control': 'no-store', ...problem.more.headers })
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problem.details));
}

import type { FastifyRequest } from 'fastify';
import { ProblemException } from '../problem/problem.ts';

/** Whoever was sending a body went away before its end. */
export class SenderGoneError extends Error {
  override readonly name = 'SenderGoneError';
}

/** How such an end shows where streams and sockets tell of it. */
const CODES = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/**
 * Whether an error says no more than that the caller went away in the middle of the request. That is no failure of ours, and
 * nobody is there to be told.
 */
export function senderIsGone(error: unknown, { raw }: FastifyRequest): boolean {
  if (raw.complete || !raw.destroyed) return false;
  return error instanceof SenderGoneError || CODES.has((error as { code?: string } | null)?.code ?? '');
}

/** What a log and a metric show of it; 499 as nginx has it, since HTTP has no status for an answer that nobody gets. */
export const SENDER_GONE = new ProblemException(
  499,
  'client-closed-request',
  'The caller went away before the request was whole.',
);

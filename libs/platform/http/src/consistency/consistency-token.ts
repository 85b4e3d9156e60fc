import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ServiceName } from '@smartkey/event-bus';
import { parsePosition } from '@smartkey/kernel';
import type { FastifyRequest } from 'fastify';
import { unavailable, unreadable } from '../problem/problems.ts';

export const CONSISTENCY_TOKEN = 'consistency-token';

/** A place in a service's log that a reader wants to see taken in. */
export interface ConsistencyMark {
  readonly source: ServiceName;
  readonly position: bigint;
}

const FORM = /^1\.(contract|device-registry|authentication|billing)\.(\d+)$/;

export const encodeConsistencyToken = (mark: ConsistencyMark): string =>
  Buffer.from(`1.${mark.source}.${mark.position}`).toString('base64url');

/** Reads one token or several separated by commas. @throws ProblemException 400. */
export function parseConsistencyTokens(header: string | undefined): readonly ConsistencyMark[] {
  if (header === undefined || header.trim() === '') return [];
  const tokens = header.split(',', 9);
  return tokens.map((token) => {
    const match = FORM.exec(Buffer.from(token.trim(), 'base64url').toString());
    const position = parsePosition(match?.[2]);
    if (match === null || position === undefined || tokens.length > 8)
      throw unreadable('malformed-consistency-token', 'Consistency-Token must be sent as it was answered.');
    return { source: match[1] as ServiceName, position };
  });
}

/** The marks of the request's `Consistency-Token` header, to be given to `awaitConsistency`. */
export const ConsistencyToken = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers[CONSISTENCY_TOKEN];
  return parseConsistencyTokens(Array.isArray(header) ? header.join(',') : header);
});

/** Part of a `ProjectionReader` of `@smartkey/projections`. */
export interface Reaching {
  reached(source: ServiceName, position: bigint, timeoutMillis?: number): Promise<boolean>;
}

/** Waits until a projection has taken in what the caller has written. @throws ProblemException 503 with Retry-After. */
export async function awaitConsistency(
  reader: Reaching,
  marks: readonly ConsistencyMark[],
  timeoutMillis?: number,
): Promise<void> {
  for (const mark of marks)
    if (!(await reader.reached(mark.source, mark.position, timeoutMillis)))
      throw unavailable('The read model has not taken in that write yet.');
}

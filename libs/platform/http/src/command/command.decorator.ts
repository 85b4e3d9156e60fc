import { randomUUID } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { systemActor } from '@smartkey/kernel';
import { isTraceparent } from '@smartkey/tracing';
import type { FastifyRequest } from 'fastify';
import { unreadable } from '../problem/problems.ts';
import { actorOf } from '../security/actor-of.ts';
import { INTERNAL } from '../security/internal-headers.ts';
import type { CommandContext } from '@smartkey/event-store';

const single = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The revision that `If-Match: "12"` names; `*` and no header ask for none. @throws ProblemException 400. */
function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const match = /^"(\d{1,9})"$/.exec(header.trim());
  if (match === null) throw unreadable('malformed-if-match', 'If-Match must be an ETag as answered: "12".');
  return Number(match[1]);
}

function commandContextOf(request: FastifyRequest): CommandContext {
  const { headers } = request;
  const commandId = single(headers[INTERNAL.commandId]);
  const traceparent = single(headers['traceparent']);
  const ifMatch = parseIfMatch(single(headers['if-match']));
  const caller = single(headers[INTERNAL.actor]) === undefined ? systemActor('internal') : actorOf(request);
  return {
    actor: caller,
    commandId: commandId ?? randomUUID(),
    repeatable: commandId !== undefined && headers[INTERNAL.repeatable] === '1',
    ...(ifMatch !== undefined && { ifMatch }),
    ...(traceparent !== undefined && isTraceparent(traceparent) && { traceparent }),
  };
}

/** Who commands, and as which command: see `CommandContext`. */
export const Command = createParamDecorator((_: unknown, context: ExecutionContext) =>
  commandContextOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

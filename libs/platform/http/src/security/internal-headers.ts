import type { Actor } from '@smartkey/kernel';
import { readable } from '@smartkey/lifecycle';

/** The headers that only the gateway and the services say to each other. A client's own are dropped at the gateway. */
export const INTERNAL = {
  prefix: 'x-smartkey-',
  token: 'x-smartkey-token',
  actor: 'x-smartkey-actor',
  commandId: 'x-smartkey-command-id',
  repeatable: 'x-smartkey-repeatable',
  /** On an answer: it carries a secret, so a stored copy must be sealed and short-lived. */
  secret: 'x-smartkey-secret',
} as const;

export const actorHeader = (actor: Actor): string => Buffer.from(JSON.stringify(actor)).toString('base64url');

/** @returns undefined where the text is no actor. */
export function parseActorHeader(text: string): Actor | undefined {
  const json = Buffer.from(text, 'base64url').toString();
  const actor = readable(() => JSON.parse(json) as Partial<Actor> | null, 'SyntaxError');
  return typeof actor?.role === 'string' && typeof actor.key === 'string' ? (actor as Actor) : undefined;
}

/** Headers of an internal call: who calls (token), for whom (actor), and as which command. */
export const internalHeaders = (call: {
  readonly token: string;
  readonly actor?: Actor;
  readonly commandId?: string;
  readonly repeatable?: boolean;
  readonly traceparent?: string;
}): Record<string, string> => ({
  [INTERNAL.token]: call.token,
  ...(call.actor !== undefined && { [INTERNAL.actor]: actorHeader(call.actor) }),
  ...(call.commandId !== undefined && { [INTERNAL.commandId]: call.commandId }),
  ...(call.repeatable === true && { [INTERNAL.repeatable]: '1' }),
  ...(call.traceparent !== undefined && { traceparent: call.traceparent }),
});

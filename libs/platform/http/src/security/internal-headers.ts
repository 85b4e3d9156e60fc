import type { Actor, Signatory } from '@smartkey/kernel';
import { readable } from '@smartkey/lifecycle';

/** The headers that only the gateway and the services say to each other. A client's own are dropped at the gateway. */
export const INTERNAL = {
  prefix: 'x-smartkey-',
  token: 'x-smartkey-token',
  actor: 'x-smartkey-actor',
  /** On what may take two persons: the key's makers and name. */
  signatory: 'x-smartkey-signatory',
  commandId: 'x-smartkey-command-id',
  repeatable: 'x-smartkey-repeatable',
  /** On an answer: it carries a secret, so a stored copy must be sealed and short-lived. */
  secret: 'x-smartkey-secret',
} as const;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decoded(text: string): unknown {
  const json = Buffer.from(text, 'base64url').toString();
  return readable(() => JSON.parse(json) as unknown, 'SyntaxError');
}

export const actorHeader = (actor: Actor): string => encoded(actor);

/** @returns undefined where the text is no actor. */
export function parseActorHeader(text: string): Actor | undefined {
  const actor = decoded(text) as Partial<Actor> | null | undefined;
  return typeof actor?.role === 'string' && typeof actor.key === 'string' ? (actor as Actor) : undefined;
}

/** @returns undefined where the text is no signatory. */
export function parseSignatoryHeader(text: string): Signatory | undefined {
  const told = decoded(text) as Partial<Signatory> | null | undefined;
  if (typeof told?.key !== 'string' || !Array.isArray(told.makers)) return undefined;
  const { key, makers, name } = told as Signatory;
  return { key, makers, ...(typeof name === 'string' && { name }) };
}

/** Headers of an internal call: who calls (token), for whom (actor), who signs where that takes two persons, and as which command. */
export const internalHeaders = (call: {
  readonly token: string;
  readonly actor?: Actor;
  readonly signatory?: Signatory;
  readonly commandId?: string;
  readonly repeatable?: boolean;
  readonly traceparent?: string;
}): Record<string, string> => ({
  [INTERNAL.token]: call.token,
  ...(call.actor !== undefined && { [INTERNAL.actor]: actorHeader(call.actor) }),
  ...(call.signatory !== undefined && { [INTERNAL.signatory]: encoded(call.signatory) }),
  ...(call.commandId !== undefined && { [INTERNAL.commandId]: call.commandId }),
  ...(call.repeatable === true && { [INTERNAL.repeatable]: '1' }),
  ...(call.traceparent !== undefined && { traceparent: call.traceparent }),
});

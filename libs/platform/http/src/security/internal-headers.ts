import { isOwnId, type Actor, type Right, type Role, type Signatory } from '@smartkey/kernel';
import { readable } from '@smartkey/lifecycle';

/** Who calls, as the gateway found it: what `ActorGuard` needs to see who acts, and in which role. */
export interface Caller extends Actor {
  /** Of a person on the operator's side, who may have several: they add up, and each act is done in one of them. */
  readonly roles?: readonly Role[];
  /** Of a person of a contract. A key has all of them. */
  readonly rights?: readonly Right[];
  /** The person behind the session showed who it is within the last five minutes. */
  readonly verified?: boolean;
}

/** The headers that only the gateway and the services say to each other. A client's own are dropped at the gateway. */
export const INTERNAL = {
  prefix: 'x-smartkey-',
  token: 'x-smartkey-token',
  actor: 'x-smartkey-actor',
  /** On what may take two persons: the key's makers, and the person behind it or its name. */
  signatory: 'x-smartkey-signatory',
  /** To the gateway's own routes: whose address it is that a request comes from, for what is counted by it. */
  visitor: 'x-smartkey-visitor',
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

export const actorHeader = (actor: Caller): string => encoded(actor);

/** @returns undefined where the text is no actor; a tenant or a person that has not the form of one makes it none. */
export function parseActorHeader(text: string): Caller | undefined {
  const actor = decoded(text) as Partial<Caller> | null | undefined;
  if (typeof actor?.role !== 'string' || typeof actor.key !== 'string') return undefined;
  const { contract, person } = actor;
  if (contract !== undefined && !(typeof contract === 'string' && isOwnId('ctr', contract))) return undefined;
  if (person !== undefined && !(typeof person?.id === 'string' && isOwnId('per', person.id)))
    return undefined;
  if (actor.role === 'end-user' && !isEndUser(actor.endUser)) return undefined;
  return actor as Caller;
}

const isEndUser = (told: unknown): boolean => {
  const account = (told as { readonly account?: unknown } | undefined)?.account;
  return typeof account === 'string' && isOwnId('rid', account);
};

/** @returns undefined where the text is no signatory. */
export function parseSignatoryHeader(text: string): Signatory | undefined {
  const told = decoded(text) as Partial<Signatory> | null | undefined;
  if (typeof told?.key !== 'string' || !Array.isArray(told.makers)) return undefined;
  const { key, makers, person, name } = told as Signatory;
  return {
    key,
    makers,
    ...(typeof person === 'string' && { person }),
    ...(typeof name === 'string' && { name }),
  };
}

/** Headers of an internal call: who calls (token), for whom (actor), who signs where that takes two persons, and as which command. */
export const internalHeaders = (call: {
  readonly token: string;
  readonly actor?: Caller;
  readonly visitor?: string;
  readonly signatory?: Signatory;
  readonly commandId?: string;
  readonly repeatable?: boolean;
  readonly traceparent?: string;
}): Record<string, string> => ({
  [INTERNAL.token]: call.token,
  ...(call.actor !== undefined && { [INTERNAL.actor]: actorHeader(call.actor) }),
  ...(call.visitor !== undefined && { [INTERNAL.visitor]: call.visitor }),
  ...(call.signatory !== undefined && { [INTERNAL.signatory]: encoded(call.signatory) }),
  ...(call.commandId !== undefined && { [INTERNAL.commandId]: call.commandId }),
  ...(call.repeatable === true && { [INTERNAL.repeatable]: '1' }),
  ...(call.traceparent !== undefined && { traceparent: call.traceparent }),
});

import type { Actor } from './actor.ts';
import type { Instant } from './instant.ts';

/** What a decider decides: a fact in the past tense. `data` holds JSON-native values only. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  /** Version of the shape of `data`; raised by every change that an old reader could misread. */
  readonly version: number;
  readonly data: Data;
  /** Business time, where it is not the instant of the decision (a dated effect, a fact of a past day). */
  readonly occurredAt?: Instant;
}

/** An event of version 1; `occurredAt` only where it is not the instant of the decision. */
export const event = <Type extends string, const Data extends object>(
  type: Type,
  data: Data,
  occurredAt?: Instant,
): DomainEvent<Type, Data> =>
  occurredAt === undefined ? { type, version: 1, data } : { type, version: 1, data, occurredAt };

/** A fact as a fold sees it: with both its times. */
export type Fact<E extends DomainEvent = DomainEvent> = E & {
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
};

/** What is known about a fact besides the fact. No personal data, no secrets. */
export interface EventMetadata {
  readonly commandId: string;
  readonly actor: Actor;
  /** Version of the terms that governed the fact (附則): the day it came into force, `2018-01-01`. */
  readonly termsVersion?: string;
  /** Id of the event that caused this one, where a reactor or timer decided it. */
  readonly causationId?: string;
  /** W3C trace context. */
  readonly traceparent?: string;
  /** Of a fact that the log lost and that was appended again, from what others held of it. */
  readonly putBack?: PutBack;
}

/** How a fact that a log had lost came back. */
export interface PutBack {
  /** Hash of the event as it was, hex; missing where its holder did not tell it. */
  readonly hash?: string;
  /** The incarnation of the log that began with the loss. */
  readonly incarnation: number;
  /** Who put it back and why, sealed, for both may name somebody. */
  readonly by: { readonly sealed: string };
  readonly reason: { readonly sealed: string };
}

/** An event on its way into a stream. */
export interface NewEvent {
  /** UUID; derived, so that the same command again makes the same id (see `eventIdOf`). */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly data: object;
  readonly metadata: EventMetadata;
  readonly occurredAt: Instant;
}

/** An event as the log holds it. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  /** 0 for the first event of its stream. */
  readonly revision: number;
  /** Place in the log of the service: grows, with holes; compare, never subtract. */
  readonly position: bigint;
  readonly recordedAt: Instant;
  /** Hex SHA-256 over the previous event's hash and this event's canonical form (RFC 8785). */
  readonly hash: string;
}

import type { Clock, Decider, DomainEvent, Instant } from '@smartkey/kernel';
import { TransientError } from '@smartkey/lifecycle';
import type { EventStore } from '../event-store.port.ts';
import type { DecodedEvent, EventCodec } from '../codec/event-codec.ts';

/** What a `CommandHandler` is made of: the rules of an aggregate, and where its streams are kept. */
export interface CommandHandlerOptions<State, Command, Event extends DomainEvent> {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly decider: Decider<State, Command, Event>;
  readonly codec: EventCodec<Event>;
  /** What the stream names begin with: the stream of `ctr_…` is `<category>-ctr_…`. */
  readonly category: string;
  /** Version of the terms that governs a fact (附則), for the metadata. */
  readonly termsVersion?: (event: Event, occurredAt: Instant) => string | undefined;
}

/** Which part of a stream's history counts; all that are named must hold. Missing: all of it. */
export interface AsOf {
  /** Up to this revision. */
  readonly atRevision?: number;
  /** What had occurred then (business time). */
  readonly asOf?: Instant;
  /** What had been recorded then. */
  readonly knownAt?: Instant;
}

/** An aggregate as its events tell it. */
export interface Loaded<State, Event extends DomainEvent, Id extends string = string> {
  readonly id: Id;
  readonly state: State;
  /** Revision of the last event that counts. */
  readonly revision: number;
  /** Log position of the last event that counts. */
  readonly position: bigint;
  readonly events: readonly DecodedEvent<Event>[];
}

/** What became of a command. */
export interface Handled<State, Event extends DomainEvent, Id extends string = string> {
  /** The aggregate's id; for a repeat, the one that the first run gave it. */
  readonly id: Id;
  /** After the command. For a repeat: as the first run left it. */
  readonly state: State;
  readonly revision: number;
  /** Of the stream's last event: what a Consistency-Token stands for. */
  readonly position: bigint;
  /** The events of the command; empty where the fact held already. */
  readonly events: readonly DecodedEvent<Event>[];
  /** A former run of the same command did it. */
  readonly repeated: boolean;
}

/** One of many commands handled together. */
export interface CommandRequest<Context, Command, Id extends string = string> {
  readonly id: Id;
  readonly context: Context;
  readonly command: (now: Instant) => Command;
  /** The id was just made, and nobody else knows it: its stream is not read. Where it has events all the same, they are found at the append. */
  readonly isNew?: boolean;
}

/** One page of a stream's history. */
export interface HistoryPage<Event extends DomainEvent> {
  readonly events: readonly DecodedEvent<Event>[];
  /** Revision to go on from; `undefined` at the end. */
  readonly next: number | undefined;
}

/** Others kept writing to the stream: nothing was decided, the same call may be tried again. */
export class ContendedStreamError extends TransientError {
  override readonly name = 'ContendedStreamError';
  constructor(
    readonly stream: string,
    readonly attempts: number,
    options?: ErrorOptions,
  ) {
    super(`stream ${stream} was written to by others in each of ${attempts} attempts`, options);
  }
}

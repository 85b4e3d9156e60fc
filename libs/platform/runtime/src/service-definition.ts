import type { Clock, ContractId, Instant, RecordedEvent } from '@smartkey/kernel';
import type { Database, Migration, Transaction } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { AcceptedLoss, EventStore, LossFinding, NeededRow } from '@smartkey/event-store';
import type { Projection, ProjectionReader, Reactor } from '@smartkey/projections';
import type { SecretBox, SubjectKeys } from '@smartkey/secrets';
import type { Checkpoint, LogHead, ProofPart, ProofPartAsked, WitnessedLog } from '@smartkey/transparency';
import type { DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Environment } from '@smartkey/configuration';
import { UnavailableError } from '@smartkey/lifecycle';

/** The part of an event that other services may read. */
export interface PublishedEvent {
  readonly type: string;
  readonly version: number;
  readonly contract?: ContractId;
  readonly data: object;
}

/** What is published of each event, by its type: what others need, without names of people and words of reasons. */
export type PublishedForms<Event extends { readonly type: string; readonly data: object }, Messages> = {
  readonly [Type in keyof Messages]: (
    data: Extract<Event, { readonly type: Type }>['data'],
  ) => Messages[Type];
};

/** Work that becomes due by itself at an instant: terminations, plan changes, expiries (architecture: timers). */
export interface DueWork {
  /** Appends everything due at or before the instant, in the order of the instants; repeatable. */
  runDue(upTo: Instant): Promise<void>;
  /** The next instant at which something becomes due, or `undefined`. */
  nextDue(): Promise<Instant | undefined>;
}

/** The service cannot be reached, does not answer in time, or fails (5xx): nothing is known of what it did. */
export class PeerUnavailableError extends UnavailableError {
  override readonly name = 'PeerUnavailableError';
  constructor(
    readonly service: ServiceName,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${service} is unavailable: ${detail}`, options);
  }
}

/** Commands and queries to another service over internal HTTP, in the few places that the architecture names. */
export interface Peers {
  /**
   * @throws PeerUnavailableError where the service cannot be reached or fails; a 4xx answer is returned.
   */
  call(
    service: ServiceName,
    request: {
      readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
      readonly path: string;
      readonly body?: unknown;
      readonly commandId?: string;
    },
  ): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** What a service is given to work with. */
export interface ServiceParts {
  readonly name: ServiceName;
  readonly clock: Clock;
  readonly database: Database;
  readonly store: EventStore;
  readonly subjectKeys: SubjectKeys;
  readonly secretBox: SecretBox;
  /** For `externalIdDigest` (`@smartkey/secrets`): the same in every service. */
  readonly lookupKey: Uint8Array;
  readonly peers: Peers;
  /**
   * Says that somebody waits for a service's watermark to pass an instant: at rest watermarks move only once in a while. Answers at once;
   * who waits longer than ten seconds says it again.
   */
  readonly wantWatermark: (source: ServiceName, instant: Instant) => void;
  readonly log: Logger;
  readonly metrics: Registry;
  /** What the process was started with, for the service's own settings. */
  readonly environment: Environment;
  /** Reader of one of the projections that the definition names. */
  projection(name: string): ProjectionReader;
  /**
   * Signs how far the service's log goes now, besides what is signed once in a while; undefined where nothing is signed.
   * @throws LogContradictedError
   */
  signLog(): Promise<Checkpoint | undefined>;
  /** How far the service's own log goes up to a settled position; undefined where the tree over it does not come so far yet. */
  logHead(position: bigint): Promise<LogHead | undefined>;
  /** How much of the service's own log a witness has seen, up to a position where it can; undefined where it has seen nothing of it. */
  logWitnessed(position: bigint): Promise<WitnessedLog | undefined>;
  /** The next lines of the service's own log in a proof. */
  proofPart(asked: ProofPartAsked): Promise<ProofPart>;
  /** Services whose logs are known now to lack events that were read of them: nothing is to be decided upon these for good. */
  logsInDoubt(): Promise<readonly ServiceName[]>;
}

/** What migrations that seal work with. */
export type MigrationKeys = Pick<ServiceParts, 'secretBox' | 'subjectKeys'>;

/** A loss that the owner of a log has accepted. */
export interface SourceLoss {
  readonly source: ServiceName;
  /** Of the incarnation that it began. */
  readonly number: number;
  /** Where the log ended then. */
  readonly keptPosition: bigint;
}

/** What a service is made of, once it has its parts. */
export interface ServiceAssembly {
  readonly module: DynamicModule;
  readonly reactors?: readonly Reactor[];
  readonly dueWork?: DueWork;
  /** Called once the service listens and its projections run; for work of its own such as the close run. */
  start?(): Promise<void> | void;
  /**
   * Sandbox only: called when the clock has been set to `upTo`, timers have run and this service's watermark has passed it.
   * Answers when all work of its own that is due by then is done (billing: the close runs).
   */
  settle?(upTo: Instant): Promise<void>;
  /**
   * A log has begun anew, another service's or the own: what this service keeps beside its projections is made equal to what the logs have.
   * Repeated until it ends well.
   * @returns what is left for a person.
   */
  sourceLost?(loss: SourceLoss): Promise<readonly LossFinding[]>;
  stop?(): Promise<void>;
}

/**
 * A service: contract, device-registry, authentication or billing. The runtime opens its parts by configuration, migrates,
 * starts its Nest application, its projections, reactors, timers and its watermark, and stops all in order.
 */
export interface ServiceDefinition {
  readonly name: ServiceName;
  readonly migrations: readonly Migration<MigrationKeys>[];
  readonly projections: readonly Projection[];
  /** Proves the service's own settings, before anything is opened. @throws ConfigurationError */
  readonly readSettings?: (env: Environment) => unknown;
  /**
   * What follows for the service's rows from a loss of its own log, in the transaction that accepts it: appends go on only with it.
   * @param now business time.
   */
  readonly lossAccepted?: (tx: Transaction, loss: AcceptedLoss, now: Instant) => Promise<void>;
  /** Pure: the rows beside the log that an event of it cannot do without; missing where its events have all in them. */
  readonly needs?: (event: RecordedEvent) => readonly NeededRow[];
  /** Pure: the published form of an event of this service's log. */
  publish(event: RecordedEvent): PublishedEvent;
  assemble(parts: ServiceParts): ServiceAssembly | Promise<ServiceAssembly>;
}

export type { Database, Migration, ProjectionReader };

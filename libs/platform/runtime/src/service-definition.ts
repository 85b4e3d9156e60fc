import type { Clock, Instant, RecordedEvent } from '@smartkey/kernel';
import type { Database, Sql } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import type { Projection, Reactor } from '@smartkey/projections';
import type { SecretBox, SubjectKeys } from '@smartkey/secrets';
import type { DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

/** One numbered change of a service's own tables; applied once, in order, never edited afterwards. */
export interface Migration {
  /** `0001-credentials`. */
  readonly id: string;
  readonly sql: string;
}

/** The part of an event that other services may read. */
export interface PublishedEvent {
  readonly type: string;
  readonly version: number;
  readonly contract?: string;
  readonly data: object;
}

/** Work that becomes due by itself at an instant: terminations, plan changes, expiries (architecture: timers). */
export interface DueWork {
  /** Appends everything due at or before the instant, in the order of the instants; repeatable. */
  runDue(upTo: Instant): Promise<void>;
  /** The next instant at which something becomes due, or `undefined`. */
  nextDue(): Promise<Instant | undefined>;
}

/** Reading a projection's live generation. */
export interface ProjectionReader {
  /** The tables of the live generation. */
  readonly sql: Sql;
  /** The same in one consistent snapshot, with the watermark of each source as that snapshot has it. */
  snapshot<T>(work: (sql: Sql, watermarks: ReadonlyMap<ServiceName, Instant>) => Promise<T>): Promise<T>;
  /**
   * Waits until the projection has applied everything up to a position of a source's log (a Consistency-Token).
   * @returns false where that took longer than `timeoutMillis` (default 5,000, system time).
   */
  reached(source: ServiceName, position: bigint, timeoutMillis?: number): Promise<boolean>;
  /** Waits, for at most a second, until it has applied what this service's own log held when the call came. */
  current(): Promise<void>;
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
  readonly peers: Peers;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Reader of one of the projections that the definition names. */
  projection(name: string): ProjectionReader;
}

/** What a service is made of, once it has its parts. */
export interface ServiceAssembly {
  readonly module: DynamicModule;
  readonly reactors?: readonly Reactor[];
  readonly dueWork?: DueWork;
  /** Called once the service listens and its projections run; for work of its own such as the close run. */
  start?(): Promise<void> | void;
  stop?(): Promise<void>;
}

/**
 * A service: contract, device-registry, authentication or billing. The runtime opens its parts by configuration, migrates,
 * starts its Nest application, its projections, reactors, timers and its watermark, and stops all in order.
 */
export interface ServiceDefinition {
  readonly name: ServiceName;
  readonly migrations: readonly Migration[];
  readonly projections: readonly Projection[];
  /** Pure: the published form of an event of this service's log. */
  publish(event: RecordedEvent): PublishedEvent;
  assemble(parts: ServiceParts): ServiceAssembly | Promise<ServiceAssembly>;
}

export type { Database };

import type { Sql } from '@smartkey/database';
import type { Message, ServiceName } from '@smartkey/event-bus';

/**
 * A read model that can be thrown away and built again from the logs alone.
 * Its tables live in a schema of their own for each generation, so names in `ddl` and in the SQL are unqualified.
 */
export interface Projection {
  /** Named after the question it answers, kebab-case: `usage-ledger`. */
  readonly name: string;
  /** Raised whenever `ddl` or `apply` changes meaning: a new version is rebuilt beside the old one and swapped in. */
  readonly version: number;
  readonly sources: readonly ServiceName[];
  readonly ddl: string;
  /** The types that mean something here; messages of others only move the mark. Missing: all are given to `apply`. */
  readonly types?: ReadonlySet<string>;
  /**
   * Folds a batch into the tables, in the transaction that moves the mark. Messages come once each, in order per
   * partition; types that mean nothing here are skipped. Reads nothing but its own tables: no clock, no network.
   * @throws for an event that cannot be applied: its stream is parked, other streams go on.
   */
  apply(tx: Sql, messages: readonly Message[]): Promise<void>;
  /**
   * Called in the transaction that swaps a rebuilt generation of the same version in, for what was told directly and is not
   * read from the logs yet. Both are names of schemas, quoted.
   */
  carryOver?(tx: Sql, from: string, to: string): Promise<void>;
  /**
   * What an audit compares of a table whose rows lie as they were delivered, or hold what is not read from the logs: the query for what follows
   * from the logs alone, by the table's name. It is given that name, with its schema and quoted. Missing: the rows as they are.
   */
  readonly compared?: Readonly<Record<string, (table: string) => string>>;
}

/**
 * Something done because of events, outside its own tables: a command to this service's own aggregates.
 * Runs at least once for each event, so what it does must be idempotent (derive the command id from `message.id`).
 * Never replayed by a rebuild.
 */
export interface Reactor {
  readonly name: string;
  readonly sources: readonly ServiceName[];
  /** The types that it reacts to; those of others only move its mark. Missing: all. */
  readonly types?: ReadonlySet<string>;
  /** @param messages at least one. */
  react(messages: readonly Message[]): Promise<void>;
}

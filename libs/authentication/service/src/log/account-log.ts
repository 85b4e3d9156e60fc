import type {
  AccountEvent,
  CredentialConfirmed,
  CredentialErased,
  CredentialIssued,
} from '@smartkey/authentication-domain';
import type { Database, Transaction } from '@smartkey/database';
import {
  retryBehindFence,
  WrongExpectedRevisionError,
  type AppendArguments,
  type Appended,
  type AppendResult,
  type EventStore,
  type StreamAppend,
} from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import type { Clock, EventMetadata, Instant, NewEvent, AccountId, DeviceId } from '@smartkey/kernel';
import { carryingTrace, inSpan } from '@smartkey/tracing';
import { Decisions } from './decisions.ts';

const MOST_RUNS = 20;

/**
 * An event store over the service's own database, whose appends can be part of a transaction with other writes: what makes
 * a success, the step it uses up and the failures it forgets one fact.
 */
export interface TransactionalStore extends EventStore {
  appendWithin(tx: Transaction, append: StreamAppend): Promise<AppendResult>;
  appendBy(
    append: StreamAppend,
    call: (args: AppendArguments) => Promise<Appended | undefined>,
  ): Promise<AppendResult | undefined>;
}

export const isTransactional = (store: EventStore): store is TransactionalStore =>
  typeof (store as Partial<TransactionalStore>).appendBy === 'function';

export const streamOf = (account: AccountId): string => `authentication-${account}`;

/** The id of the one success that a device's time step can ever have: the log itself refuses a second. */
export const successIdOf = (device: DeviceId, step: number): string =>
  derivedUuid('AuthSucceeded', device, step);

/** An event and what its id derives from. */
export interface IdentifiedEvent {
  readonly id: string;
  readonly event: AccountEvent;
}

/** What becomes of a device's credential once, whoever brings it about: the id derives from the device. */
export const onceOfDevice = (
  event: CredentialIssued | CredentialConfirmed | CredentialErased,
): IdentifiedEvent => ({ id: derivedUuid(event.type, event.data.device), event });

/** Appends to the accounts' streams, inside the transaction that changes the rows they go with. */
export class AccountLog {
  readonly decisions: Decisions;

  constructor(
    readonly database: Database,
    readonly store: TransactionalStore,
    readonly clock: Clock,
  ) {
    this.decisions = new Decisions(database);
  }

  /**
   * Changes rows and appends in one transaction, again where the fence has passed its instant, or where another transaction that
   * began later has appended to the same stream before it. All lock in one order: guard, credentials, stream.
   */
  change<T>(work: (tx: Transaction, now: Instant) => Promise<T>): Promise<T> {
    const attributes = { 'smartkey.aggregate.type': 'authentication' };
    return inSpan('command authentication', { attributes }, () =>
      retryBehindFence(this.clock, (stamp) => {
        const now = stamp();
        return this.changeDecided((tx) => work(tx, now));
      }),
    );
  }

  /** The same for what is decided already, at an instant of its own. @throws BehindFenceError where the fence has passed that. */
  async changeDecided<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let runs = 1; ; runs++) {
      try {
        return await this.database.transaction(work);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError) || runs === MOST_RUNS) throw error;
      }
    }
  }

  /**
   * Takes an account's guard to the end of the transaction: whoever appends to the account's stream holds it, and what was
   * decided on what stood before cannot be committed any more.
   */
  async takeGuard(tx: Transaction, account: AccountId): Promise<void> {
    await tx.execute('UPDATE attempts SET version = version + 1 WHERE account = $1', [account]);
  }

  /** Facts of this moment. @throws BehindFenceError where the log's fence has passed it. */
  append(
    tx: Transaction,
    account: AccountId,
    events: readonly IdentifiedEvent[],
    now: Instant,
    metadata: EventMetadata,
  ): Promise<AppendResult> {
    const append = appendOf(account, events, now, metadata);
    return this.store.appendWithin(tx, { ...append, stampedAt: now });
  }

  /** Facts that became due by themselves, dated when they did. */
  appendDue(
    tx: Transaction,
    account: AccountId,
    events: readonly IdentifiedEvent[],
    dueAt: Instant,
    metadata: EventMetadata,
  ): Promise<AppendResult> {
    return this.store.appendWithin(tx, appendOf(account, events, dueAt, metadata));
  }
}

export const appendOf = (
  account: AccountId,
  events: readonly IdentifiedEvent[],
  occurredAt: Instant,
  given: EventMetadata,
): StreamAppend => {
  const metadata = carryingTrace(given);
  return {
    stream: streamOf(account),
    expected: 'any',
    events: events.map(({ id, event: { type, version, data } }): NewEvent => {
      return { id, type, version, data, metadata, occurredAt };
    }),
  };
};

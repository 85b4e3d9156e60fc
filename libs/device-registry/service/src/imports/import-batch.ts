import {
  accountDecider,
  failedRow,
  faultOfNewExternalId,
  IMPORT_ACTIONS,
  rowResultOf,
  type AccountCommand,
  type AccountEvent,
  type ContractTerms,
  type RowResult,
} from '@smartkey/device-registry-domain';
import type { EventStore } from '@smartkey/event-store';
import { eventIdOf } from '@smartkey/identity';
import { fold, ok, type Clock, type Instant, type ImportId } from '@smartkey/kernel';
import type { ContractEnds } from '../contract-ends/contract-ends.ts';
import type { ContractKnowledge } from '../contracts/contract-knowledge.ts';
import type { DisplayNames } from '../identity/display-names.ts';
import type { Identities, Identity, NewIdentity } from '../identity/identities.ts';
import type { AffectedByAccounts } from '../late-facts/affected-by-accounts.ts';
import { mergedMonths } from '../late-facts/affects.ts';
import { known, type AccountHandler, type HandledAccount } from '../log/account-handler.ts';
import { accountStream, sealedEvent } from '../log/stored-events.ts';
import { isStop, type AuthenticationClient } from '../propagation/authentication.client.ts';
import type { CarriedOutRows, ImportJob, SoundRow, StoredRow } from './import-records.ts';

const unknownId = failedRow({ code: 'not-found', detail: 'The external id was never registered.' });
const isSound = (row: StoredRow): row is SoundRow =>
  row.faultCode === null && (IMPORT_ACTIONS as readonly string[]).includes(row.action);

interface Target {
  readonly row: SoundRow;
  readonly identity: Identity;
  /** There is an account of that name. */
  readonly reserved: boolean;
  /** It was made for this row, and its name kept with it. */
  readonly isNew: boolean;
}

/** Rows with their accounts: what can be made ready before their turn. */
export interface ReadyRows {
  readonly rows: readonly StoredRow[];
  readonly targets: readonly Target[];
  /** Of those that cannot be carried out. */
  readonly failed: ReadonlyMap<number, RowResult>;
}

/** The command of a row: the same after a crash, so that nothing is done twice. */
const rowCommandId = (importId: ImportId, row: number): string => `${importId}/${row}`;

/** Carries out a batch of an import's rows; each is decided by itself. */
export class ImportBatch {
  constructor(
    private readonly handler: AccountHandler,
    private readonly store: EventStore,
    private readonly identities: Identities,
    private readonly names: DisplayNames,
    private readonly contracts: ContractKnowledge,
    private readonly ends: ContractEnds,
    private readonly authentication: AuthenticationClient,
    private readonly affected: AffectedByAccounts,
    private readonly clock: Clock,
  ) {}

  /** Finds and reserves the accounts of rows, also while those before them are carried out: a reservation without an event means nothing. */
  async ready(job: ImportJob, rows: readonly StoredRow[]): Promise<ReadyRows> {
    const failed = new Map<number, RowResult>();
    for (const { row, faultCode, faultDetail } of rows)
      if (faultCode !== null) failed.set(row, failedRow({ code: faultCode, detail: faultDetail ?? '' }));
    return { rows, targets: await this.#targets(job, rows.filter(isSound), failed), failed };
  }

  /** Safe to repeat with the same rows, made ready again. @throws PeerUnavailableError */
  async carryOut(job: ImportJob, { rows, targets: all, failed }: ReadyRows): Promise<CarriedOutRows> {
    const results = new Map(failed);
    const now = this.clock.now();
    const terms = await this.contracts.termsAt(job.contract, now);
    // 第6条: before the rows are decided, so that none of them ends what the contract's end has ended.
    if (!job.dryRun) await this.ends.deregisterAllIfEnded(job.contract, now);
    const targets = terms === undefined ? [] : all;
    const events: (readonly AccountEvent[])[] = [];
    if (terms !== undefined) {
      const outcomes = job.dryRun
        ? await this.#judge(targets, terms)
        : await this.#handle(job, targets, terms, events);
      targets.forEach(({ row }, index) => results.set(row.row, outcomes[index]!));
    }
    return {
      results: rows.map(({ row }) => ({ row, ...(results.get(row) ?? unknownId) })),
      affects: mergedMonths(await Promise.all(events.map((each) => this.affected.of(job.contract, each)))),
    };
  }

  /** The accounts of the rows. New ones are reserved for registrations; in a trial they are made up. */
  async #targets(
    job: ImportJob,
    rows: readonly SoundRow[],
    results: Map<number, RowResult>,
  ): Promise<readonly Target[]> {
    const externalIds = rows.map(({ externalId }) => externalId);
    const now = this.clock.now();
    const found = await this.identities.find(job.contract, externalIds);
    const missing = rows.filter(
      ({ action, externalId, row }) =>
        action === 'register' && !found.has(externalId) && admits(externalId, row, results),
    );
    const made = job.dryRun
      ? this.identities.madeUp(
          job.contract,
          missing.map(({ externalId }) => externalId),
          now,
        )
      : await this.identities.reserveNew(
          job.contract,
          missing.map((row) => ({ externalId: row.externalId, named: nameGiven(job, row) })),
          now,
        );
    const all = new Map<string, Identity & { readonly made?: boolean }>([
      ...found,
      ...made.map((identity) => [identity.externalId, identity] as const),
    ]);
    return rows.flatMap((row): Target[] => {
      const identity = all.get(row.externalId);
      const reserved = !job.dryRun || found.has(row.externalId);
      return identity === undefined ? [] : [{ row, identity, reserved, isNew: identity.made ?? false }];
    });
  }

  async #handle(
    job: ImportJob,
    targets: readonly Target[],
    terms: ContractTerms,
    made: (readonly AccountEvent[])[],
  ): Promise<readonly RowResult[]> {
    await this.names.put(
      targets.flatMap(({ row, identity: { account }, isNew }) => {
        const named = isNew ? undefined : nameGiven(job, row);
        return named === undefined ? [] : [{ ...named, account }];
      }),
    );
    const handled = await this.handler.handleMany(
      targets.map(({ row, identity, isNew }) => ({
        id: identity.account,
        isNew,
        context: { commandId: rowCommandId(job.id, row.row), actor: job.actor, repeatable: true },
        command: (now) => commandOf(row, identity, terms, now),
      })),
    );
    for (const each of handled) if (each.ok) made.push(each.value.events);
    await this.#tellStops(handled.flatMap((each) => (each.ok ? [known(each.value)] : [])));
    return handled.map((each, index) =>
      rowResultOf(targets[index]!.row.action, each.ok ? ok(each.value.events) : each),
    );
  }

  /** The stop of an ID that has a device is told at once. An ID without one has nothing to sign in with. */
  async #tellStops(handled: readonly HandledAccount[]): Promise<void> {
    const stops = handled.filter(({ events, state }) => state.devices.length > 0 && events.some(isStop));
    await this.authentication.tell(stops.flatMap(({ events }) => events));
  }

  /** What would become of the rows: decided, not done. */
  async #judge(targets: readonly Target[], terms: ContractTerms): Promise<readonly RowResult[]> {
    const accounts = targets.flatMap(({ reserved, identity }) => (reserved ? [identity.account] : []));
    const streams = await this.store.readStreams(accounts.map(accountStream));
    const states = new Map(
      streams.map((events, index) => [accounts[index], fold(accountDecider, events.map(sealedEvent))]),
    );
    const now = this.clock.now();
    return targets.map(({ row, identity }) => {
      const state = states.get(identity.account) ?? accountDecider.initial;
      return rowResultOf(row.action, accountDecider.decide(commandOf(row, identity, terms, now), state));
    });
  }
}

/** The name that a row gives with a registration, by the id that its event will have. */
const nameGiven = ({ id }: ImportJob, { row, action, displayName }: SoundRow): NewIdentity['named'] =>
  action === 'register' && displayName !== null
    ? { event: eventIdOf(rowCommandId(id, row), 0), displayName }
    : undefined;

/** Whether somebody new may get the external id; if not, the row's result says why, and nothing is kept of the id. */
function admits(externalId: string, row: number, results: Map<number, RowResult>): boolean {
  const fault = faultOfNewExternalId(externalId);
  if (fault?.ok === false) results.set(row, failedRow(fault.error));
  return fault === undefined;
}

function commandOf(row: SoundRow, identity: Identity, terms: ContractTerms, now: Instant): AccountCommand {
  switch (row.action) {
    case 'register': {
      const { account, contract, externalId } = identity;
      const displayName = row.displayName ?? undefined;
      return { type: 'Register', now, account, contract, externalId, displayName, terms };
    }
    case 'deregister':
      return { type: 'Deregister', now };
    case 'suspend':
      return { type: 'Suspend', now };
    case 'resume':
      return { type: 'Resume', now };
  }
}

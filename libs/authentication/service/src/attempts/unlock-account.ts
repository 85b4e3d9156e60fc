import { unlockAccount } from '@smartkey/authentication-domain';
import { retryBehindFence } from '@smartkey/event-store';
import { unavailable } from '@smartkey/http';
import { derivedUuid } from '@smartkey/identity';
import type { Clock, EventMetadata, AccountId, ContractId } from '@smartkey/kernel';
import type { AccountUnlock } from '@smartkey/messages';
import { commitDecision } from '../authentications/commit-decision.ts';
import type { AccountLog } from '../log/account-log.ts';
import { attemptsInRow, type AttemptsColumns } from './attempts.row.ts';

const MOST_ROUNDS = 16;

interface GuardRow extends AttemptsColumns {
  readonly contract: ContractId;
  readonly version: bigint;
}

/** Forgets the failures of an account and lifts its lock. */
export class AccountUnlocker {
  constructor(
    private readonly log: AccountLog,
    private readonly clock: Clock,
  ) {}

  async unlock(account: AccountId, metadata: EventMetadata): Promise<AccountUnlock> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const row = await this.#read(account);
      // An account that never had a device has no guard.
      if (row === undefined) return { unlocked: false };
      const decision = unlockAccount({ contract: row.contract, account }, attemptsInRow(row));
      if (decision === undefined) return { unlocked: false };
      const { attempts } = decision;
      const [event] = decision.events;
      const { version } = row;
      const outcome = await retryBehindFence(this.clock, (stamp) => {
        const now = stamp();
        const id = derivedUuid(event.type, account, String(version), now);
        const change = { account, version, attempts, events: [{ id, event }], now, metadata };
        return commitDecision(this.log, change);
      });
      if (outcome.kind === 'committed') return { unlocked: true };
    }
    throw unavailable('Too many attempts at this account at once. Nothing was decided; try again.');
  }

  async #read(account: AccountId): Promise<GuardRow | undefined> {
    const [row] = await this.log.database.query<GuardRow>(
      'SELECT contract, version, failures, locked_until, hard_locked FROM attempts WHERE account = $1',
      [account],
    );
    return row;
  }
}

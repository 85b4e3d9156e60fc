import { unlockAccount } from '@smartkey/authentication-domain';
import { retryBehindFence } from '@smartkey/event-store';
import { unavailable } from '@smartkey/http';
import { derivedUuid } from '@smartkey/identity';
import type { Clock, EventMetadata, AccountId } from '@smartkey/kernel';
import type { AccountUnlock } from '@smartkey/messages';
import { commitDecision } from '../authentications/commit-decision.ts';
import type { AccountLog } from '../log/account-log.ts';
import { attemptsInRow } from './attempts.row.ts';
import { guardOf } from '../attempts/attempts.row.ts';

const MOST_ROUNDS = 16;

/** Forgets the failures of an account and lifts its lock. */
export class AccountUnlocker {
  constructor(
    private readonly log: AccountLog,
    private readonly clock: Clock,
  ) {}

  async unlock(account: AccountId, metadata: EventMetadata): Promise<AccountUnlock> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const row = await guardOf(this.log.database, account);
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
}

import { event, type AccountId, type ContractId } from '@smartkey/kernel';
import type { AccountUnlocked } from './attempts.events.ts';
import { noAttempts, type Attempts } from './attempts.state.ts';

export interface UnlockAccount {
  readonly contract: ContractId;
  readonly account: AccountId;
}

export interface Unlocked {
  readonly attempts: Attempts;
  readonly events: readonly [AccountUnlocked];
}

/** Lifts an account's lock and forgets its failures; `undefined` where there is nothing to lift or forget. */
export function unlockAccount({ contract, account }: UnlockAccount, state: Attempts): Unlocked | undefined {
  if (state.failures === 0 && state.lock !== 'hard') return undefined;
  return { attempts: noAttempts, events: [event('AccountUnlocked', { contract, account })] };
}

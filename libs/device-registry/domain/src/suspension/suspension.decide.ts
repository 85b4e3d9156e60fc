import { defined, event, ok, type AtInstant } from '@smartkey/kernel';
import type { Decision } from '../account.decision.ts';
import type { AccountState } from '../account.state.ts';
import { whose } from '../shared/account-ids.ts';
import { mustBeRegistered } from '../shared/guards.ts';

/** The codes of its devices are refused; it stays registered, so its days count. */
export interface Suspend extends AtInstant {
  readonly type: 'Suspend';
  readonly reason?: string | undefined;
}

export interface Resume extends AtInstant {
  readonly type: 'Resume';
  readonly reason?: string | undefined;
}

export type SuspensionCommand = Suspend | Resume;

export function suspend({ reason }: Suspend, state: AccountState): Decision {
  const account = mustBeRegistered(state);
  if (!account.ok) return account;
  if (account.value.status === 'suspended') return ok([]);
  return ok([event('IdSuspended', defined({ ...whose(account.value), reason }))]);
}

export function resume({ reason }: Resume, state: AccountState): Decision {
  const account = mustBeRegistered(state);
  if (!account.ok) return account;
  if (account.value.status === 'registered') return ok([]);
  return ok([event('IdResumed', defined({ ...whose(account.value), reason }))]);
}

import { conflict, event, ok, type AtInstant } from '@smartkey/kernel';
import type { Decision } from '../account.decision.ts';
import type { AccountState } from '../account.state.ts';
import { whose } from '../shared/account-ids.ts';
import { mustBeRegistered } from '../shared/guards.ts';

export interface MakeRecoveryCodes extends AtInstant {
  readonly type: 'MakeRecoveryCodes';
  readonly digests: readonly string[];
}

/** The user has said a recovery code: it is looked for and used up in one decision. */
export interface TakeRecoveryCode extends AtInstant {
  readonly type: 'TakeRecoveryCode';
  readonly digest: string;
}

export type RecoveryCodesCommand = MakeRecoveryCodes | TakeRecoveryCode;

export function makeRecoveryCodes({ digests }: MakeRecoveryCodes, state: AccountState): Decision {
  const account = mustBeRegistered(state);
  if (!account.ok) return account;
  return ok([event('RecoveryCodesMade', { ...whose(account.value), digests })]);
}

export function takeRecoveryCode({ digest }: TakeRecoveryCode, state: AccountState): Decision {
  const account = mustBeRegistered(state);
  if (!account.ok) return account;
  const codes = account.value.enrolments.recoveryCodes ?? [];
  if (!codes.includes(digest))
    return conflict('recovery-code-wrong', 'The recovery code is wrong or was used before.');
  return ok([event('RecoveryCodeTaken', { ...whose(account.value), digest, left: codes.length - 1 })]);
}

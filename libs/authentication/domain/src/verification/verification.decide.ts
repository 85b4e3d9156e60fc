import {
  event,
  fail,
  ok,
  type Instant,
  type Result,
  type AccountId,
  type AuthenticationId,
  type ContractId,
  type DeviceId,
} from '@smartkey/kernel';
import type { AccountLocked } from '../attempts/attempts.events.ts';
import { isLocked, noAttempts, secondsUntilUnlocked, type Attempts } from '../attempts/attempts.state.ts';
import { afterFailure, LOCK_OUT, type LockOutPolicy } from '../attempts/lock-out.ts';
import type { DenialReason } from '../denials/denial-reason.ts';
import type { AuthSucceeded } from './verification.events.ts';
import type { RegisteredAccount, VerificationState } from './verification.state.ts';

export interface VerifyCode {
  readonly now: Instant;
  /** By active device of the account: the steps in the window whose code is the one given. */
  readonly steps: ReadonlyMap<DeviceId, readonly number[]>;
  /** The id of the authentication that uses up this step of this device: the same pair has the same. */
  readonly idOf: (device: DeviceId, step: number) => AuthenticationId;
}

export interface Verified {
  readonly result: 'success';
  readonly account: AccountId;
  readonly device: DeviceId;
  /** The step to be used up: monotone per device. */
  readonly step: number;
  readonly attempts: Attempts;
  readonly events: readonly [AuthSucceeded];
}

/** A wrong code, counted for the whole account. */
export interface WrongCode {
  readonly result: 'denied';
  readonly reason: 'invalid_code';
  readonly account: AccountId;
  readonly attempts: Attempts;
  readonly events: readonly AccountLocked[];
}

/** Denied before any code was looked at, or for a code that was used before: nothing changes. */
export interface Denied {
  readonly result: 'denied';
  readonly reason: Exclude<DenialReason, 'invalid_code'>;
  readonly retryAfterSeconds?: number | undefined;
  readonly events: readonly [];
}

export type VerificationDecision = Verified | WrongCode | Denied;

/**
 * Decides one authentication. A success uses up the latest matching step of its device and clears the failures; a code that
 * was used up before is refused without being counted (a double click is no attack); a wrong one counts for the whole account.
 * While the account is locked nothing is looked at and nothing counts.
 */
export function verifyCode(
  { now, steps, idOf }: VerifyCode,
  state: VerificationState,
  policy: LockOutPolicy = LOCK_OUT,
): VerificationDecision {
  const admitted = mustBeAdmitted(state, now);
  if (!admitted.ok) return admitted.error;
  const account = admitted.value;
  let matches = false;
  for (const { device, lastStep } of account.devices) {
    const matching = steps.get(device);
    if (matching === undefined || matching.length === 0) continue;
    const step = Math.max(...matching);
    if (step > lastStep) return succeeded(state.contract.id, account.id, device, step, idOf(device, step));
    matches = true;
  }
  return matches ? denied('code_already_used') : wrongCode(state.contract.id, account, now, policy);
}

function succeeded(
  contract: ContractId,
  account: AccountId,
  device: DeviceId,
  step: number,
  authentication: AuthenticationId,
): Verified {
  const events = [event('AuthSucceeded', { contract, account, device, authentication })] as const;
  return { result: 'success', account, device, step, attempts: noAttempts, events };
}

/** Counts a code that is nobody's, for the whole account. */
export function wrongCode(
  contract: ContractId,
  { id, attempts: before }: Pick<RegisteredAccount, 'id' | 'attempts'>,
  now: Instant,
  policy: LockOutPolicy = LOCK_OUT,
): WrongCode {
  const attempts = afterFailure(before, now, policy);
  const decision = { result: 'denied', reason: 'invalid_code', account: id, attempts } as const;
  if (!isLocked(attempts, now)) return { ...decision, events: [] };
  const lock = { contract, account: id, failures: attempts.failures };
  const data = attempts.lock === 'timed' ? { ...lock, until: attempts.until } : lock;
  return { ...decision, events: [event('AccountLocked', data)] };
}

const denied = (reason: Denied['reason']): Denied => ({ result: 'denied', reason, events: [] });

/** The account whose devices' codes are looked at now, or why none is. */
function mustBeAdmitted(
  { contract, account }: VerificationState,
  now: Instant,
): Result<RegisteredAccount, Denied> {
  if (contract.ended) return fail(denied('contract_ended'));
  if (contract.withheld) return fail(denied('service_withheld'));
  switch (account.status) {
    case 'none':
      return fail(denied('not_authenticated'));
    case 'suspended':
      return fail(denied('id_suspended'));
    case 'registered': {
      if (account.devices.length === 0) return fail(denied('no_active_device'));
      if (!isLocked(account.attempts, now)) return ok(account);
      return fail({ ...denied('locked'), retryAfterSeconds: secondsUntilUnlocked(account.attempts, now) });
    }
  }
}

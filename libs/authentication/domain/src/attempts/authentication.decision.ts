import { newId, type Instant } from '@smartkey/kernel';
import type { AccountLocked, AccountUnlocked, AuthSucceeded } from '../events.ts';
import {
  afterFailure,
  isLocked,
  LOCK_OUT,
  noAttempts,
  secondsUntilUnlocked,
  type Attempts,
  type LockOutPolicy,
} from './lock-out.ts';

/** Why an authentication is denied, in the order in which the reasons are looked for. */
export const DENIAL_REASONS = [
  'contract_ended',
  'service_withheld',
  'not_authenticated',
  'id_suspended',
  'no_active_device',
  'locked',
  'code_already_used',
  'invalid_code',
] as const;
export type DenialReason = (typeof DENIAL_REASONS)[number];

/** An active device of the account and what the code given is to it. */
export interface DeviceMatch {
  readonly device: string;
  /** The last time step that was used up; no step at or before it is ever accepted again (RFC 6238, 5.2). */
  readonly lastStep: number;
  /** The steps in the window whose code is the one given. */
  readonly steps: readonly number[];
}

/** All that one decision goes by. */
export interface AuthenticationCase {
  readonly now: Instant;
  readonly contract: {
    readonly id: string;
    /** 第6条: its last day is over. */ readonly ended: boolean;
    /** 第5条3項 */ readonly withheld: boolean;
  };
  /** Missing: unknown, another contract's, or deregistered; from outside these are one. */
  readonly account?: { readonly id: string; readonly suspended: boolean } | undefined;
  readonly devices: readonly DeviceMatch[];
  readonly attempts: Attempts;
}

export type AuthenticationDecision =
  | {
      readonly result: 'success';
      readonly device: string;
      /** The step to be used up: monotone per device. */
      readonly step: number;
      readonly attempts: Attempts;
      readonly events: readonly [AuthSucceeded];
    }
  | {
      readonly result: 'denied';
      readonly reason: DenialReason;
      readonly retryAfterSeconds?: number | undefined;
      /** Only where the denial counts as a failure. */
      readonly attempts?: Attempts;
      readonly events: readonly AccountLocked[];
    };

const denied = (reason: DenialReason): AuthenticationDecision => ({ result: 'denied', reason, events: [] });

/**
 * Decides one authentication. A success uses up the latest matching step of its device and clears the failures; a code that
 * was used up before is refused without being counted (a double click is no attack); a wrong one counts for the whole account.
 * While the account is locked nothing is looked at and nothing counts.
 */
export function decideAuthentication(
  of: AuthenticationCase,
  policy: LockOutPolicy = LOCK_OUT,
): AuthenticationDecision {
  const { now, contract, account, devices, attempts } = of;
  if (contract.ended) return denied('contract_ended');
  if (contract.withheld) return denied('service_withheld');
  if (account === undefined) return denied('not_authenticated');
  if (account.suspended) return denied('id_suspended');
  if (devices.length === 0) return denied('no_active_device');
  if (isLocked(attempts, now)) {
    const retryAfterSeconds = secondsUntilUnlocked(attempts, now);
    return { result: 'denied', reason: 'locked', retryAfterSeconds, events: [] };
  }
  for (const { device, lastStep, steps } of devices) {
    const step = Math.max(-1, ...steps);
    if (step > lastStep) return succeeded(of, account.id, device, step);
  }
  if (devices.some(({ steps }) => steps.length > 0)) return denied('code_already_used');
  return failed(of, account.id, policy);
}

/** The id of an authentication: the same (device, step) has the same, at whatever instant its success is told. */
export const authenticationIdOf = (now: Instant, device: string, step: number): string =>
  newId('aut', now, `${device}\n${step}`);

function succeeded(
  { now, contract }: AuthenticationCase,
  account: string,
  device: string,
  step: number,
): AuthenticationDecision {
  const authentication = authenticationIdOf(now, device, step);
  const data = { contract: contract.id, account, device, authentication };
  return {
    result: 'success',
    device,
    step,
    attempts: noAttempts,
    events: [{ type: 'AuthSucceeded', version: 1, data }],
  };
}

function failed(
  { now, contract, attempts }: AuthenticationCase,
  account: string,
  policy: LockOutPolicy,
): AuthenticationDecision {
  const next = afterFailure(attempts, now, policy);
  const until = next.lockedUntil === undefined ? {} : { until: next.lockedUntil };
  const data = { contract: contract.id, account, failures: next.failures, ...until };
  const locks = isLocked(next, now);
  return {
    result: 'denied',
    reason: 'invalid_code',
    attempts: next,
    events: locks ? [{ type: 'AccountLocked', version: 1, data }] : [],
  };
}

/** What the caller is told: nothing but `not_authenticated` where the contract's setting hides reasons. */
export const toldReason = (reason: DenialReason, disclosed: boolean): DenialReason =>
  disclosed ? reason : 'not_authenticated';

/** Unlocks an account and forgets its failures; `undefined` where there is nothing to unlock or forget. */
export function decideUnlock(
  contract: string,
  account: string,
  attempts: Attempts,
): { readonly attempts: Attempts; readonly events: readonly [AccountUnlocked] } | undefined {
  if (attempts.failures === 0 && !attempts.hardLocked) return undefined;
  return {
    attempts: noAttempts,
    events: [{ type: 'AccountUnlocked', version: 1, data: { contract, account } }],
  };
}

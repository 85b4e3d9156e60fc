import { conflict, event, gone, ok, type Instant, type Rejection, type Result } from '@smartkey/kernel';
import type {
  CredentialConfirmed,
  CredentialErased,
  CredentialIds,
  ErasureCause,
} from './credential.events.ts';
import type { Credential, EnrolmentIds, PendingCredential } from './credential.state.ts';

/** Wrong codes that an enrolment forgives; it has a counter of its own and leaves the account's failures alone. */
const CONFIRMATION_TRIES = 5;

export interface ConfirmEnrolment {
  readonly now: Instant;
  /** The steps, latest first, whose code is the one given; of a confirmed credential its confirmed step is looked at too. */
  readonly steps: readonly number[];
}

/** The step is burned: it is no login. */
export interface Confirmed {
  readonly confirmed: true;
  readonly step: number;
  readonly events: readonly [CredentialConfirmed];
}

/** Repeats the confirmation that was. */
export interface ConfirmedBefore {
  readonly confirmed: true;
  readonly events: readonly [];
}

export interface NotConfirmed {
  readonly confirmed: false;
  readonly reason: 'invalid_code' | 'expired' | 'too_many_tries' | 'already_confirmed';
  readonly remainingTries: number;
  /** The tries made, where this one counts. */
  readonly tries?: number;
  /** Why the secret is to be erased now, where it is. */
  readonly erase?: ErasureCause;
  readonly events: readonly CredentialErased[];
}

export type ConfirmationDecision = Confirmed | ConfirmedBefore | NotConfirmed;

export const credentialErased = (
  { contract, account, device }: CredentialIds,
  cause: ErasureCause,
): CredentialErased => event('CredentialErased', { contract, account, device, cause });

/** Of the very enrolment named, which still waits for its code: only then may its secret be told again. */
export function mustWait(
  { contract, account, device, enrolment }: EnrolmentIds,
  credential: Credential,
  now: Instant,
): Result<PendingCredential, Rejection> {
  const same =
    credential.contract === contract &&
    credential.account === account &&
    credential.device === device &&
    credential.enrolment === enrolment;
  if (!same) return conflict('device-exists', 'This device or enrolment belongs to another enrolment.');
  switch (credential.status) {
    case 'confirmed':
    case 'active':
    case 'suspended':
      return conflict('already-confirmed', 'The enrolment is confirmed; its secret is not told again.');
    case 'ended':
      return enrolmentEnded();
    case 'pending':
      return now >= credential.expiresAt ? enrolmentEnded() : ok(credential);
  }
}

const enrolmentEnded = () =>
  gone('enrolment-ended', 'The enrolment has expired, run out of tries or was superseded.');

/**
 * Decides whether a code confirms an enrolment (第5条1項: the prescribed settings are made on the device). Only of a pending
 * credential does anything change.
 */
export function confirmEnrolment(command: ConfirmEnrolment, credential: Credential): ConfirmationDecision {
  switch (credential.status) {
    case 'pending':
      return confirmPending(command, credential);
    case 'ended':
      return over(credential.cause === 'too-many-tries' ? 'too_many_tries' : 'expired');
    case 'confirmed':
    case 'active':
    case 'suspended':
      return command.steps.includes(credential.confirmedStep)
        ? { confirmed: true, events: [] }
        : over('already_confirmed');
  }
}

const over = (reason: NotConfirmed['reason']): NotConfirmed => ({
  confirmed: false,
  reason,
  remainingTries: 0,
  events: [],
});

export function confirmPending(
  { now, steps: [step] }: ConfirmEnrolment,
  credential: PendingCredential,
): Confirmed | NotConfirmed {
  if (now >= credential.expiresAt)
    return { ...over('expired'), erase: 'expired', events: [credentialErased(credential, 'expired')] };
  if (step !== undefined) {
    const { contract, account, device, enrolment } = credential;
    const events = [event('CredentialConfirmed', { contract, account, device, enrolment })] as const;
    return { confirmed: true, step, events };
  }
  const tries = credential.tries + 1;
  const remainingTries = CONFIRMATION_TRIES - tries;
  const refusal = { confirmed: false, reason: 'invalid_code', remainingTries, tries } as const;
  return remainingTries > 0
    ? { ...refusal, events: [] }
    : { ...refusal, erase: 'too-many-tries', events: [credentialErased(credential, 'too-many-tries')] };
}

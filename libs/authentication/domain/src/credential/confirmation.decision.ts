import type { Instant } from '@smartkey/kernel';
import type { CredentialConfirmed, CredentialErased, ErasureCause } from '../events.ts';

/** Wrong codes that an enrolment forgives; it has a counter of its own and leaves the account's failures alone. */
export const CONFIRMATION_TRIES = 5;

/** A device's credential from its issue on. `ended`: the secret is erased. */
export type Confirmable = {
  readonly contract: string;
  readonly account: string;
  readonly device: string;
  readonly enrolment: string;
} & (
  | { readonly status: 'pending'; readonly expiresAt: Instant; readonly tries: number }
  | { readonly status: 'confirmed'; readonly confirmedStep: number }
  | { readonly status: 'ended'; readonly cause: ErasureCause }
);

export interface ConfirmationAttempt {
  readonly now: Instant;
  /** The steps, latest first, whose code is the one given; of a confirmed credential its confirmed step is looked at too. */
  readonly steps: readonly number[];
}

export type ConfirmationRefusal = 'invalid_code' | 'expired' | 'too_many_tries';

export type ConfirmationDecision =
  | {
      readonly confirmed: true;
      /** Burned: it is no login. Missing where this repeats the confirmation that was. */
      readonly step?: number;
      readonly events: readonly CredentialConfirmed[];
    }
  | {
      readonly confirmed: false;
      readonly reason: ConfirmationRefusal | 'already_confirmed';
      readonly remainingTries: number;
      /** The tries made, where this one counts. */
      readonly tries?: number;
      /** Why the secret is to be erased now, where it is. */
      readonly erase?: ErasureCause;
      readonly events: readonly CredentialErased[];
    };

/** Decides whether a code confirms an enrolment (第5条1項: the prescribed settings are made on the device). */
export function decideConfirmation(
  { now, steps }: ConfirmationAttempt,
  credential: Confirmable,
): ConfirmationDecision {
  const { contract, account, device, enrolment } = credential;
  const over = (reason: ConfirmationRefusal): ConfirmationDecision => ({
    confirmed: false,
    reason,
    remainingTries: 0,
    events: [],
  });
  const erased = (cause: ErasureCause): CredentialErased => ({
    type: 'CredentialErased',
    version: 1,
    data: { contract, account, device, cause },
  });
  switch (credential.status) {
    case 'confirmed':
      return steps.includes(credential.confirmedStep)
        ? { confirmed: true, events: [] }
        : { confirmed: false, reason: 'already_confirmed', remainingTries: 0, events: [] };
    case 'ended':
      return over(credential.cause === 'too-many-tries' ? 'too_many_tries' : 'expired');
    case 'pending': {
      if (now >= credential.expiresAt)
        return {
          confirmed: false,
          reason: 'expired',
          remainingTries: 0,
          erase: 'expired',
          events: [erased('expired')],
        };
      const step = steps[0];
      if (step !== undefined) {
        const data = { contract, account, device, enrolment };
        return { confirmed: true, step, events: [{ type: 'CredentialConfirmed', version: 1, data }] };
      }
      const tries = credential.tries + 1;
      const remainingTries = CONFIRMATION_TRIES - tries;
      const refusal = { confirmed: false, reason: 'invalid_code', remainingTries, tries } as const;
      return remainingTries > 0
        ? { ...refusal, events: [] }
        : { ...refusal, erase: 'too-many-tries', events: [erased('too-many-tries')] };
    }
    default:
      return (credential satisfies never, over('expired'));
  }
}

import type { Fact, Instant, DeviceId, EnrolmentId } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import type { EnrolmentEnd } from './enrolment.events.ts';
import type { TotpSettings } from './totp-settings.ts';

/** How many confirming codes may be tried before an enrolment is over. */
const ENROLMENT_TRIES = 5;

export interface Enrolment extends TotpSettings {
  readonly enrolment: EnrolmentId;
  readonly device: DeviceId;
  readonly deviceName?: string;
  readonly expiresAt: Instant;
  readonly replaces?: DeviceId;
  readonly triesLeft: number;
}

export type EnrolmentOutcome = 'confirmed' | EnrolmentEnd;

export interface Enrolments {
  /** The one that waits for its code. */
  readonly waiting?: Enrolment;
  /** How those before it came to an end. */
  readonly past: Readonly<Record<EnrolmentId, EnrolmentOutcome>>;
}

export const noEnrolments: Enrolments = { past: {} };

function withOutcome(
  { waiting, past }: Enrolments,
  enrolment: EnrolmentId,
  outcome: EnrolmentOutcome,
): Enrolments {
  const over = { past: { ...past, [enrolment]: outcome } };
  return waiting === undefined || waiting.enrolment === enrolment ? over : { ...over, waiting };
}

export function evolveEnrolments(state: Enrolments, event: Fact<AccountEvent>): Enrolments {
  switch (event.type) {
    case 'EnrolmentStarted': {
      const { account: _account, contract: _contract, ...enrolment } = event.data;
      return { ...state, waiting: { ...enrolment, triesLeft: ENROLMENT_TRIES } };
    }
    case 'EnrolmentCodeRefused':
      return state.waiting?.enrolment === event.data.enrolment
        ? { ...state, waiting: { ...state.waiting, triesLeft: event.data.triesLeft } }
        : state;
    case 'EnrolmentEnded':
      return withOutcome(state, event.data.enrolment, event.data.cause);
    case 'DeviceEnrolled':
      return withOutcome(state, event.data.enrolment, 'confirmed');
    default:
      return state;
  }
}

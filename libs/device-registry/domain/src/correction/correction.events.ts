import type { JstDay } from '@smartkey/calendar';
import type { DomainEvent } from '@smartkey/kernel';
import type { AccountIds } from '../shared/account-ids.ts';

/**
 * The spell never was: it was entered by mistake. Its number is not given again. `lastDay` is missing where it had not ended;
 * what ended with it is told by events of its own, as with a deregistration.
 */
export type RegistrationVoided = DomainEvent<
  'RegistrationVoided',
  AccountIds & {
    readonly spell: number;
    readonly registeredOn: JstDay;
    readonly lastDay?: JstDay;
    readonly reason: string;
    /** The personal data were erased before: the reason is sealed under the contract. */
    readonly afterErasure?: true;
  }
>;

/** The spell began earlier or ended on another day than was entered: its days from now on, and as they were told before. */
export type RegistrationCorrected = DomainEvent<
  'RegistrationCorrected',
  AccountIds & {
    readonly spell: number;
    readonly registeredOn: JstDay;
    /** Missing while it lasts. */
    readonly lastDay?: JstDay;
    readonly formerRegisteredOn: JstDay;
    readonly formerLastDay?: JstDay;
    readonly reason: string;
    /** The personal data were erased before: the reason is sealed under the contract. */
    readonly afterErasure?: true;
  }
>;

export type CorrectionEvent = RegistrationVoided | RegistrationCorrected;

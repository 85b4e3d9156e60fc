import type { JstDay } from '@smartkey/calendar';
import {
  conflict,
  invalid,
  ok,
  type Instant,
  type Refused,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import { isOver, notBeforeTheTerms } from '@smartkey/terms';

/** The dated facts of an accepted contract, compared with the clock. */
export interface AcceptedTerms {
  readonly accepted: true;
  /** The JST day of the acceptance (承諾). */
  readonly acceptedOn: JstDay;
  /** Effective day of the standing cancellation: the last day of service (第6条). */
  readonly lastDay?: JstDay;
}

/** What registration needs to know of the contract. */
export type ContractTerms = { readonly accepted: false } | AcceptedTerms;

/** 第3条: IDs come after the acceptance. */
export const mustBeAccepted = (terms: ContractTerms): Result<AcceptedTerms, Rejection> =>
  terms.accepted
    ? ok(terms)
    : conflict('contract-not-accepted', 'The contract is not accepted yet: IDs come after that.', {
        rule: '第3条',
      });

/** 第6条: nobody is registered from the end of the last day on. */
export const mustNotHaveEnded = ({ lastDay }: AcceptedTerms, now: Instant): Refused =>
  isOver(lastDay, now)
    ? conflict('contract-ended', `The contract ended with ${lastDay}.`, { rule: '第6条' })
    : undefined;

/** Whether anybody can be registered with the contract as of now. */
export function mustAdmit(terms: ContractTerms, now: Instant): Refused {
  const contract = mustBeAccepted(terms);
  return contract.ok ? mustNotHaveEnded(contract.value, now) : contract;
}

/** Nobody could be registered before the terms (附則) and the acceptance (第3条). */
export function mustNotLieBefore({ acceptedOn }: AcceptedTerms, day: JstDay, field: string): Refused {
  const pointer = `/${field}`;
  const beforeTheTerms = notBeforeTheTerms(day, pointer);
  if (beforeTheTerms) return beforeTheTerms;
  return day < acceptedOn
    ? invalid('before-acceptance', `${field} lies before the acceptance on ${acceptedOn}.`, {
        rule: '第3条',
        pointer,
      })
    : undefined;
}

/** 第6条: no day of registration lies after the contract's last. */
export const mustNotLieAfter = ({ lastDay }: AcceptedTerms, day: JstDay, field: string): Refused =>
  lastDay !== undefined && day > lastDay
    ? invalid('after-contract-end', `${field} lies after the last day, ${lastDay}.`, {
        rule: '第6条',
        pointer: `/${field}`,
      })
    : undefined;

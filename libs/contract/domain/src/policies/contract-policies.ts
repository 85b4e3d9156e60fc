import { monthOf, type ServiceMonth } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import { FIRST_MONTH_OF_TERMS } from '@smartkey/terms';

/** How a notice of cancellation may come: `portal`, `paper`, or another name that the operator prescribes. */
export type NoticeForm = string;

/** The settings of this context from a service month on. */
export interface ContractPolicies {
  /** Also the name of the version. */
  readonly fromMonth: ServiceMonth;
  /** 当社所定の解約申込書 (第6条): only a notice in one of these forms starts the 30 days. */
  readonly prescribedForms: readonly NoticeForm[];
}

/** All policies there ever were; at least one, so that every instant is governed. */
export type PolicyCatalogue = readonly [ContractPolicies, ...ContractPolicies[]];

export const DEFAULT_POLICIES: PolicyCatalogue = [
  { fromMonth: FIRST_MONTH_OF_TERMS, prescribedForms: ['portal', 'paper'] },
];

/** The policies that govern an instant: the latest from its service month or before it; the first where none is. */
export function policiesAt(catalogue: PolicyCatalogue, instant: Instant): ContractPolicies {
  const month = monthOf(instant);
  return catalogue.reduce((latest, policies) => {
    const later = latest.fromMonth > month || policies.fromMonth >= latest.fromMonth;
    return policies.fromMonth <= month && later ? policies : latest;
  });
}

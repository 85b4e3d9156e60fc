import { inForce, type Entries } from '../settings/dated-entries.ts';
import { DEFAULT_POLICIES, type BillingPolicy, type PolicyCatalogue } from './billing-policy.ts';

/** Every policy that was ever told. */
export type Policies = Entries<BillingPolicy>;

export const catalogueOf = (policies: Policies): PolicyCatalogue =>
  inForce(policies).map(({ entry }) => entry);

type Content = Pick<BillingPolicy, 'yenRounding' | 'taxRounding' | 'paymentTerm'>;

/** Whether two policies say the same. */
export const samePolicy = (a: Content, b: Content): boolean =>
  a.yenRounding === b.yenRounding &&
  a.taxRounding === b.taxRounding &&
  a.paymentTerm.monthsAfter === b.paymentTerm.monthsAfter &&
  a.paymentTerm.onHoliday === b.paymentTerm.onHoliday;

/** The first of the operator's own policies that the log was never told; the program's defaults are none of them. */
export const neverTold = ({ told }: Policies, policies: PolicyCatalogue): BillingPolicy | undefined =>
  policies.find(
    (policy) =>
      !DEFAULT_POLICIES.some(({ version }) => version === policy.version) &&
      !told.some(
        ({ entry }) =>
          entry.version === policy.version && entry.from === policy.from && samePolicy(entry, policy),
      ),
  );

import type { ServiceMonth } from '@smartkey/calendar';
import type { YenRounding } from '@smartkey/money';
import { FIRST_MONTH_OF_TERMS } from '@smartkey/terms';

/** When a document is to be paid. */
export interface PaymentTerm {
  /** The last day of the month that is so many after the service month. */
  readonly monthsAfter: number;
  /** Where that is no banking day. */
  readonly onHoliday: 'next-banking-day' | 'previous-banking-day' | 'unmoved';
}

/** The typed settings that billing goes by where the terms are silent, from a service month on. */
export interface BillingPolicy {
  /** Names this entry for ever: documents record it. */
  readonly version: string;
  /** The first service month it holds for. */
  readonly from: ServiceMonth;
  /** How a fraction of a yen of an item is dropped, once per item. */
  readonly yenRounding: YenRounding;
  /** How a fraction of a yen of tax is dropped, once per tax code and document. */
  readonly taxRounding: YenRounding;
  readonly paymentTerm: PaymentTerm;
}

/** Entries ascending by month, the first from the coming into force of the terms (附則). */
export type PolicyCatalogue = readonly BillingPolicy[];

export const DEFAULT_POLICIES: readonly [BillingPolicy] = [
  {
    version: '2016-03.1',
    from: FIRST_MONTH_OF_TERMS,
    yenRounding: 'floor',
    taxRounding: 'floor',
    paymentTerm: { monthsAfter: 1, onHoliday: 'next-banking-day' },
  },
];

/** The policy of a service month: the latest entry from it or before. */
export function policyIn(catalogue: PolicyCatalogue, month: ServiceMonth): BillingPolicy {
  const policy = catalogue.filter((entry) => entry.from <= month).at(-1);
  if (policy === undefined) throw new RangeError(`no billing policy holds in ${month}`);
  return policy;
}

/** The policy that a document recorded, for whatever is derived from that document again. */
export const policyOfVersion = (catalogue: PolicyCatalogue, version: string): BillingPolicy | undefined =>
  catalogue.find((policy) => policy.version === version);

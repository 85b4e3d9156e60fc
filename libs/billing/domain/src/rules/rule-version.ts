import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { YenRounding } from '@smartkey/money';
import type { feeLines, monthlyLines } from '../invoice/rating-lines.ts';
import type { PaymentTerm } from '../policies/billing-policy.ts';
import type { TaxedLine, TaxGroup } from '../tax/tax-groups.ts';

/**
 * How one version of this code reads the terms: the parts of which `draftInvoice` and `issueInvoice` are made. A document is derived
 * again by the version that it names, so what a version names, and all that is reached from there, never changes what it
 * comes to. A new reading is a new part beside the old one, and a new version that names it.
 */
export interface RuleVersion {
  /** Documents record it. */
  readonly version: string;
  readonly monthlyLines: typeof monthlyLines;
  readonly feeLines: typeof feeLines;
  readonly taxesOf: (lines: readonly TaxedLine[], rounding: YenRounding) => readonly TaxGroup[];
  readonly dueDayOf: (month: ServiceMonth, issuedOn: JstDay, term: PaymentTerm) => JstDay;
  /**
   * Whether late facts are answered: an invoice carries adjustments, the fees of its own month and late ones meant for it. Before, it
   * carried whatever fee had arisen by its end and was on no document.
   */
  readonly answersLateFacts: boolean;
  /** A document is one event of its series: with more lines than this its contract is parked, for no log would take it. */
  readonly maxLines: number;
}

import type { ServiceMonth } from '@smartkey/calendar';
import { difference, sumOfYen, type Yen } from '@smartkey/money';
import type { MeasuredMonth } from '../invoice/invoice-inputs.ts';
import type { CorrectedInvoice, Invoice } from '../invoice/invoice.ts';
import type { UnnumberedLine } from '../invoice/rating-lines.ts';
import type { BillingPolicy } from '../policies/billing-policy.ts';
import type { RuleVersion } from '../rules/rule-version.ts';
import { rulesOf } from '../rules/rule-versions.ts';
import type { TaxCode } from '../tax/tax-code.ts';
import { taxesByRate, taxOf, type TaxedLine, type TaxGroup } from '../tax/tax-groups.ts';

/** What of a document its corrections look at; a draft of this run is one without a number. */
export type Counted = Pick<Invoice, 'kind' | 'taxes' | 'corrects'> & {
  readonly number?: string;
  readonly lines: readonly UnnumberedLine[];
};

/** An issued month: its ordinary invoice, and the rules and the policy that it names, by which it is rated for ever. */
export interface IssuedMonth {
  readonly month: ServiceMonth;
  readonly invoice: Invoice;
  readonly rules: RuleVersion;
  readonly policy: BillingPolicy;
  /** As it is measured now. */
  readonly measured: MeasuredMonth;
}

/** The issued months that are looked at again. */
export type IssuedMonths = ReadonlyMap<ServiceMonth, IssuedMonth>;

/** @throws RangeError for one that was not handed in: whoever plans hands in every month that may come to differ. */
export function monthAmong(months: IssuedMonths, month: ServiceMonth): IssuedMonth {
  const found = months.get(month);
  if (found === undefined) throw new RangeError(`${month} is not among the months to look at again`);
  return found;
}

export const correctedInvoice = ({ number, issuedOn, month }: Invoice): CorrectedInvoice => ({
  number,
  issuedOn,
  month,
});

/** The month as its invoice has it; a word about what is missing where this program cannot rate it. */
export function issuedMonth(
  invoice: Invoice,
  measured: MeasuredMonth,
  policyOfVersion: (version: string) => BillingPolicy | undefined,
): IssuedMonth | string {
  const { ruleVersion, policyVersion } = invoice.inputs;
  const rules = rulesOf(ruleVersion);
  if (rules === undefined) return `${invoice.month}: rule version ${ruleVersion} is not known`;
  const policy = policyOfVersion(policyVersion);
  if (policy === undefined) return `${invoice.month}: policy ${policyVersion} is not known`;
  return { month: invoice.month, invoice, rules, policy, measured };
}

/** Whether a document is a correction of an invoice. */
const isCorrectionOf = (document: Counted, number: string): boolean =>
  document.kind === 'correction' && document.corrects?.number === number;

/**
 * What an invoice comes to per rate with all that corrected it: its own lines, those of its corrections, and the adjustments of it on
 * other invoices. Tax is by its policy, of the sum: an adjustment's own tax is rounded with its carrier and may differ by a yen.
 */
export function standingPerRate(
  { invoice, policy }: IssuedMonth,
  documents: readonly Counted[],
): readonly TaxGroup[] {
  const lines = documents.flatMap((document): readonly TaxedLine[] =>
    document.number === invoice.number || isCorrectionOf(document, invoice.number)
      ? document.lines
      : document.lines.filter(({ corrects }) => corrects?.number === invoice.number),
  );
  return taxesByRate(lines, policy.taxRounding);
}

/**
 * Tax of a correction: it is one with its invoice. Per code, the tax on what the invoice (as a whole) and its corrections come to with
 * it, less the tax that they carry.
 */
export function taxesOfCorrection(
  { invoice, policy }: IssuedMonth,
  documents: readonly Counted[],
  lines: readonly UnnumberedLine[],
): readonly TaxGroup[] {
  const before = documents.filter(
    (document) => document.number === invoice.number || isCorrectionOf(document, invoice.number),
  );
  return taxesByRate(lines, policy.taxRounding).map((group) => {
    const { taxCode, taxable } = group;
    const carried = sumOf(before, taxCode, 'tax');
    const whole = taxOf(sumOfYen([sumOf(before, taxCode, 'taxable'), taxable]), taxCode, policy.taxRounding);
    return { ...group, tax: difference(whole, carried) };
  });
}

const sumOf = (documents: readonly Counted[], code: TaxCode, part: 'taxable' | 'tax'): Yen =>
  sumOfYen(
    documents.flatMap(({ taxes }) => taxes.filter(({ taxCode }) => taxCode === code).map((row) => row[part])),
  );

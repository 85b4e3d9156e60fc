import { spanOfMonth, type ClosedSpan, type ServiceMonth } from '@smartkey/calendar';
import { sumOfYen } from '@smartkey/money';
import type { BillingPolicy } from '../policies/billing-policy.ts';
import { type Quote, termsVersionIn } from '@smartkey/terms';
import type { RuleVersion } from '../rules/rule-version.ts';
import { CURRENT_RULES } from '../rules/rule-versions.ts';
import { formOf } from './invoice-form.ts';
import { issuerIn, type Issuer } from './issuer.ts';
import type { InvoiceBasis, InvoiceDraft } from './invoice.ts';
import type { InvoiceInputs } from './invoice-inputs.ts';
import type { UnnumberedLine } from './rating-lines.ts';
import { isRegistrationNumber } from './registration-number.ts';

/** Why a month that is due cannot be drawn up: its contract is parked by name, the others go on. */
export interface ParkReason {
  readonly code:
    | 'no-governing-quote'
    | 'no-recipient'
    | 'no-registration-number'
    | 'earlier-month-waits'
    | 'events-parked'
    | 'document-lost'
    | 'too-many-lines'
    | 'not-ratable';
  /** One sentence for the operator. */
  readonly detail: string;
}

export type DraftOutcome =
  | { readonly outcome: 'nothing-due' }
  | { readonly outcome: 'parked'; readonly reason: ParkReason }
  | { readonly outcome: 'draft'; readonly draft: InvoiceDraft };

const parked = (code: ParkReason['code'], detail: string): DraftOutcome => ({
  outcome: 'parked',
  reason: { code, detail },
});

/** Whether a month gets an ordinary invoice: the billing window meets it, or a fee has arisen that none carries yet. */
const isDue = (inputs: Pick<InvoiceInputs, 'window' | 'fees'>): boolean =>
  inputs.window !== undefined || inputs.fees.some(({ amount }) => amount !== '0');

/**
 * The ordinary invoice that a contract's month comes to: the one function behind preview, issue and verification.
 * Pure: everything it goes by is in its arguments.
 */
export function draftInvoice(
  inputs: InvoiceInputs,
  policy: BillingPolicy,
  rules: RuleVersion = CURRENT_RULES,
  adjustments: readonly UnnumberedLine[] = [],
): DraftOutcome {
  if (!isDue(inputs)) return { outcome: 'nothing-due' };
  const { contract, month, window, quote, recipient } = inputs;
  if (recipient === undefined) return parked('no-recipient', `${month}: nobody to make the invoice out to.`);
  if (window !== undefined && quote === undefined)
    return parked(
      'no-governing-quote',
      `${month}: no quote of the plan ${inputs.plan ?? '?'} governs the month (別紙1).`,
    );
  const form = formOf(month);
  const issuer = issuerIn(month, inputs.issuer);
  const unregistered = withoutRegistration(month, issuer);
  if (unregistered) return { outcome: 'parked', reason: unregistered };
  const monthly = window && quote ? rules.monthlyLines(inputs, window, quote, policy.yenRounding) : [];
  const lines = [...monthly, ...rules.feeLines(inputs.fees), ...adjustments];
  const tooLong = withTooManyLines(month, lines, rules);
  if (tooLong) return { outcome: 'parked', reason: tooLong };
  const draft: InvoiceDraft = {
    contract,
    kind: 'invoice',
    month,
    form,
    issuer,
    recipient,
    period: window ?? spanOfMonth(month),
    ...totalled(lines, policy, rules),
    basis: basisOf(inputs, window, quote),
    ruleVersion: rules.version,
    policyVersion: policy.version,
    termsVersion: termsVersionIn(month),
  };
  return { outcome: 'draft', draft };
}

/** From 2023-10 a document shows the issuer's registration number: without a valid one none is issued. */
export const withoutRegistration = (month: ServiceMonth, issuer: Issuer): ParkReason | undefined =>
  formOf(month) === 'qualified' && !isRegistrationNumber(issuer.registrationNumber)
    ? {
        code: 'no-registration-number',
        detail: `${month}: a qualified invoice (適格請求書) needs the issuer's registration number, and none is configured.`,
      }
    : undefined;

/** A document is one event of a log, which would not take more. */
export const withTooManyLines = (
  month: ServiceMonth,
  lines: readonly unknown[],
  { maxLines }: Pick<RuleVersion, 'maxLines'>,
): ParkReason | undefined =>
  lines.length > maxLines
    ? {
        code: 'too-many-lines',
        detail: `${month}: ${lines.length} lines; a document holds at most ${maxLines}. Waive fees and enter their sum anew.`,
      }
    : undefined;

/** Numbers the lines and adds up: tax once per code, then the totals. */
export function totalled(
  lines: readonly UnnumberedLine[],
  policy: Pick<BillingPolicy, 'taxRounding'>,
  rules: Pick<RuleVersion, 'taxesOf'> = CURRENT_RULES,
): Pick<InvoiceDraft, 'lines' | 'taxes' | 'net' | 'tax' | 'total'> {
  const taxes = rules.taxesOf(lines, policy.taxRounding);
  const net = sumOfYen(lines.map(({ amount }) => amount));
  const tax = sumOfYen(taxes.map((group) => group.tax));
  return {
    lines: lines.map((line, index) => ({ n: index + 1, ...line })),
    taxes,
    net,
    tax,
    total: sumOfYen([net, tax]),
  };
}

/** What an invoice of the month follows from. */
export function basisOf(
  inputs: Omit<InvoiceInputs, 'fees'>,
  window?: ClosedSpan,
  quote?: Quote,
): InvoiceBasis {
  if (window === undefined || quote === undefined) return {};
  const measured =
    quote.plan === 'enterprise' ? { usedDays: inputs.usedDays } : { successes: inputs.successes };
  return { plan: quote.plan, window, quote: quote.id, ...measured };
}

import type { ServiceMonth } from '@smartkey/calendar';
import { sumOfYen } from '@smartkey/money';
import {
  basisOf,
  totalled,
  withoutRegistration,
  withTooManyLines,
  type ParkReason,
} from '../invoice/draft-invoice.ts';
import { formOf } from '../invoice/invoice-form.ts';
import { outstanding, type ArisenFee } from '../invoice/invoice-inputs.ts';
import type { RatedAgain } from '../invoice/invoice.ts';
import { issuerIn } from '../invoice/issuer.ts';
import type { DraftedFrom, PlannedDocument } from './contract-plan.ts';
import { correctionLines, type LinesContext } from './correction-lines.ts';
import type { Difference } from './differences.ts';
import { correctedInvoice, monthAmong, taxesOfCorrection } from './issued-month.ts';

interface Again {
  /** As the document tells it. */
  readonly rated: RatedAgain;
  /** As its hash of inputs covers it. */
  readonly from: NonNullable<DraftedFrom['again']>[number];
}

/** The months that the lines for differences follow from, each as it was rated again. */
export const ratedAgain = (
  differences: readonly Difference[],
  { months, billed }: Pick<LinesContext, 'months' | 'billed'>,
): readonly Again[] =>
  [...new Set(differences.map(({ month }) => month))].map((month) => {
    const { invoice, measured } = monthAmong(months, month);
    const own = [...billed].filter(([, sum]) => sum.month === month);
    const { issuer: _issuer, recipient: _recipient, ...rated } = measured;
    return {
      rated: { number: invoice.number, month, ...basisOf(measured, measured.window, measured.quote) },
      from: { ...rated, billed: Object.fromEntries(own.map(([key, { amount }]) => [key, amount])) },
    };
  });

/**
 * A correction (訂正) of an issued month, up or down: one line for each difference and late fee, in the form of its month, with the tax
 * that makes it one with its invoice (rules: Corrections). Downward ones of months from 2023-10 carry what a 適格返還請求書 needs:
 * issuer with registration number, the day of issue, the period and the invoice of the supply, amounts and tax per rate.
 * @returns why there is none, where there cannot be.
 */
export function draftCorrection(
  month: ServiceMonth,
  differences: readonly Difference[],
  fees: readonly ArisenFee[],
  context: LinesContext,
): PlannedDocument | ParkReason {
  const issued = monthAmong(context.months, month);
  const { rules } = context;
  const { invoice, policy, measured } = issued;
  const { contract, recipient } = measured;
  const issuer = issuerIn(month, measured.issuer);
  const lines = correctionLines(fees, differences, context);
  const refused = withoutRegistration(month, issuer) ?? withTooManyLines(month, lines, rules);
  if (refused !== undefined) return refused;
  if (recipient === undefined)
    return { code: 'no-recipient', detail: `${month}: nobody to make the correction out to.` };
  const again = ratedAgain(differences, context);
  const { lines: numbered, net } = totalled(lines, policy, rules);
  const taxes = taxesOfCorrection(issued, context.issued, lines);
  const tax = sumOfYen(taxes.map((row) => row.tax));
  return {
    draft: {
      contract,
      kind: 'correction',
      month,
      form: formOf(month),
      issuer,
      recipient,
      period: invoice.period,
      lines: numbered,
      taxes,
      net,
      tax,
      total: sumOfYen([net, tax]),
      basis: again.length > 0 ? { again: again.map(({ rated }) => rated) } : {},
      corrects: correctedInvoice(invoice),
      ruleVersion: rules.version,
      policyVersion: policy.version,
      termsVersion: invoice.inputs.termsVersion,
    },
    from: {
      issuer,
      recipient,
      ...(fees.length > 0 && { fees: fees.map(outstanding) }),
      ...(again.length > 0 && { again: again.map(({ from }) => from) }),
    },
  };
}

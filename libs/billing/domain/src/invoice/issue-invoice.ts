import { monthOfDay, type JstDay } from '@smartkey/calendar';
import type { PaymentTerm } from '../policies/billing-policy.ts';
import { rulesOf } from '../rules/rule-versions.ts';
import { numberOf, type SeriesName } from './document-number.ts';
import type { Invoice, InvoiceDraft, RecordedInputs } from './invoice.ts';

/** What a draft gets when it is issued. */
export interface Issue {
  readonly series: SeriesName;
  /** The revision that the document takes in its series' stream. */
  readonly revision: number;
  readonly issuedOn: JstDay;
  readonly paymentTerm: PaymentTerm;
  readonly positions: Readonly<Record<string, string>>;
  /** Hex SHA-256 of `hashedInputs`. */
  readonly inputsHash: string;
  /** Missing where a log does not say how far it goes. */
  readonly recorded?: RecordedInputs | undefined;
}

/**
 * The document that a draft becomes at its place in the series.
 * @throws RangeError for a draft by rules that this program does not know.
 */
export function issueInvoice(draft: InvoiceDraft, issue: Issue): Invoice {
  const { ruleVersion, policyVersion, termsVersion, ...content } = draft;
  const rules = rulesOf(ruleVersion);
  if (rules === undefined) throw new RangeError(`rule version ${ruleVersion} is not known`);
  const { issuedOn, paymentTerm } = issue;
  // What comes after the invoice of a month is due as if its service month were that of its issue.
  const month = draft.kind === 'invoice' ? draft.month : monthOfDay(issuedOn);
  return {
    number: numberOf(issue.series, issue.revision),
    ...content,
    issuedOn,
    dueOn: rules.dueDayOf(month, issuedOn, paymentTerm),
    inputs: {
      positions: issue.positions,
      ruleVersion,
      policyVersion,
      termsVersion,
      ...(rules.answersLateFacts && { paymentTerm }),
      hash: issue.inputsHash,
      ...issue.recorded,
    },
  };
}

import type {
  BillingPolicy,
  Credit,
  Invoice,
  Issuer,
  PaymentTerm,
  Recipient,
  RecordedInputs,
  RuleVersion,
  WantedCredit,
} from '@smartkey/billing-domain';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import { canonicalJson } from '@smartkey/event-store';
import { createHash } from 'node:crypto';

/** Whether a document bills, corrects or credits something of a month. */
export const concerns = ({ month, lines }: Invoice, credited: ServiceMonth): boolean =>
  month === credited || lines.some(({ corrects }) => corrects?.month === credited);

/** By what a credit note is drawn up, besides what was asked for and the documents that it counts from. */
export interface CreditPaper {
  readonly issuer: Issuer;
  readonly recipient: Recipient;
  /** That the invoice names. */
  readonly policy: BillingPolicy;
  readonly rules: RuleVersion;
  readonly issuedOn: JstDay;
  readonly paymentTerm: PaymentTerm;
  readonly positions: Readonly<Record<string, string>>;
  /** Missing where a log does not say how far it goes, and where a note is only judged. */
  readonly recorded?: RecordedInputs | undefined;
}

/**
 * The command that draws up a credit note, now or once more.
 * @param documents those of its contract that bill something of its month and its earlier notes, in the order of issue; others may be
 *   among them, which count for nothing.
 */
export function creditCommand(
  wanted: WantedCredit,
  paper: CreditPaper,
  documents: readonly Invoice[],
): Credit {
  const { creditNote, contract, number, amount, taxCode, agreedOn } = wanted;
  const { issuer, recipient, policy, rules, ...issue } = paper;
  const credited = { creditNote, contract, number, amount, taxCode, agreedOn };
  // SHA-256 over the canonical form (RFC 8785) of everything that it follows from.
  const inputs = {
    ruleVersion: rules.version,
    policyVersion: policy.version,
    issuer,
    recipient,
    credited,
    documents: documents.filter((each) => concerns(each, wanted.month)).map((each) => each.number),
  };
  const inputsHash = createHash('sha256').update(canonicalJson(inputs)).digest('hex');
  return { ...credited, type: 'Credit', issuer, recipient, policy, rules, issue: { ...issue, inputsHash } };
}

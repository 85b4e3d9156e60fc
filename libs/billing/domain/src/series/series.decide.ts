import { lastDayOf, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import {
  conflict,
  invalid,
  notFound,
  ok,
  type Decision,
  type Rejection,
  type Result,
  type ContractId,
  type CreditNoteId,
} from '@smartkey/kernel';
import { big, difference, negated, sumOfYen, type Yen } from '@smartkey/money';
import { billedItems } from '../corrections/billed-items.ts';
import { correctedInvoice } from '../corrections/issued-month.ts';
import { withoutRegistration } from '../invoice/draft-invoice.ts';
import { formOf } from '../invoice/invoice-form.ts';
import type { Invoice, InvoiceDraft, Recipient } from '../invoice/invoice.ts';
import { issueInvoice, type Issue } from '../invoice/issue-invoice.ts';
import { issuerIn, type Issuer } from '../invoice/issuer.ts';
import { monthInWords } from '../invoice/month-in-words.ts';
import type { UnnumberedLine } from '../invoice/rating-lines.ts';
import type { BillingPolicy } from '../policies/billing-policy.ts';
import type { RuleVersion } from '../rules/rule-version.ts';
import { TAX_RATES, type TaxCode } from '../tax/tax-code.ts';
import { taxesByRate, taxOf, type TaxGroup } from '../tax/tax-groups.ts';
import type { CreditNoteIssued, SeriesEvent } from './series.events.ts';
import {
  CORRECTION_ISSUED_VERSION,
  CREDIT_NOTE_ISSUED_VERSION,
  INVOICE_ISSUED_VERSION,
} from './series.events.ts';
import type { ContractInSeries, SeriesState } from './series.state.ts';

/** What a document gets besides its place. */
export type AtIssue = Omit<Issue, 'series' | 'revision'>;

/** An ordinary invoice of a contract's month, or a correction of an issued one, drafted from what the series held. */
export interface IssueDocument {
  readonly type: 'Issue' | 'Correct';
  readonly draft: InvoiceDraft;
  /** Invoices and corrections of the contract that it counts from. */
  readonly after: number;
  readonly issue: AtIssue;
}

/** An agreed reduction of what is billed for an invoice's month under a code; decided when it is approved. */
export interface Credit {
  readonly type: 'Credit';
  readonly creditNote: CreditNoteId;
  readonly contract: ContractId;
  /** The invoice of the month. */
  readonly number: string;
  /** Whole yen above 0, tax-exclusive. */
  readonly amount: Yen;
  readonly taxCode: TaxCode;
  readonly agreedOn: JstDay;
  readonly issuer: Issuer;
  readonly recipient: Recipient;
  /** That the invoice names. */
  readonly policy: BillingPolicy;
  readonly rules: RuleVersion;
  readonly issue: AtIssue;
}

export type SeriesCommand = IssueDocument | Credit;

const contractAtHand = (state: SeriesState, contract: ContractId): Result<ContractInSeries, Rejection> => {
  const known = state.contracts[contract];
  return known === undefined
    ? conflict('contract-not-at-hand', `What the series holds of ${contract} was not read.`)
    : ok(known);
};

const countsFromAll = ({ draft, after }: IssueDocument, known: ContractInSeries): boolean =>
  known.documents === after && (draft.corrects === undefined || isInvoiceOf(known, draft.corrects));

const isInvoiceOf = (
  known: ContractInSeries,
  { month, number }: { month: ServiceMonth; number: string },
): boolean => known.invoices[month] === number;

/** One ordinary invoice for each contract and month: where it is there, nothing follows. */
export function issueDocument(command: IssueDocument, state: SeriesState): Decision<SeriesEvent> {
  const { draft, issue } = command;
  const known = contractAtHand(state, draft.contract);
  if (!known.ok) return known;
  if (command.type === 'Issue' && known.value.invoices[draft.month] !== undefined) return ok([]);
  if (!countsFromAll(command, known.value))
    return conflict(
      'documents-changed',
      `${draft.contract} has ${known.value.documents} documents; the draft for ${draft.month} counts from ${command.after}.`,
      { rule: 'Corrections' },
    );
  const document = issueInvoice(draft, { ...issue, series: state.series, revision: state.revision + 1 });
  return ok([
    command.type === 'Issue'
      ? { type: 'InvoiceIssued', version: INVOICE_ISSUED_VERSION, data: document }
      : { type: 'CorrectionIssued', version: CORRECTION_ISSUED_VERSION, data: document },
  ]);
}

/** What is billed for a month under a code, and what notes have credited of it. */
interface Creditable {
  readonly billed: Yen;
  readonly credited: Yen;
  readonly creditedTax: Yen;
}

/** Over all documents at hand: adjustments count for the month that they correct, differences that wait do not count. */
function creditable(billing: readonly Invoice[], month: ServiceMonth, taxCode: TaxCode): Creditable {
  const items = [...billedItems(billing).values()];
  const notes = billing.filter((document) => document.kind === 'credit-note' && document.month === month);
  const rows = notes.flatMap(({ taxes }) => taxes).filter((row) => row.taxCode === taxCode);
  return {
    billed: sumOfYen(
      items.filter((item) => item.month === month && item.taxCode === taxCode).map(({ amount }) => amount),
    ),
    credited: negated(sumOfYen(rows.map(({ taxable }) => taxable))),
    creditedTax: negated(sumOfYen(rows.map(({ tax }) => tax))),
  };
}

/**
 * A credit note (適格返還請求書): at most what is billed for its month and code less earlier notes. Its tax is that of its own amount,
 * rounded down; the note that brings month and code to 0 returns the rest of the tax on all that is billed for them.
 */
export function credit(command: Credit, state: SeriesState): Decision<CreditNoteIssued> {
  const { contract, number, amount, taxCode, policy, issue } = command;
  const known = contractAtHand(state, contract);
  if (!known.ok) return known;
  const { billing, creditNotes } = known.value;
  if (creditNotes[command.creditNote] !== undefined) return ok([]);
  const invoice = billing.find((document) => document.number === number && document.kind === 'invoice');
  if (invoice === undefined) return notFound('invoice-unknown', 'There is no such invoice.');
  if (!big(amount).gt(0))
    return invalid('credit-amount', 'A reduction is a whole number of yen above 0.', {
      rule: 'Credit notes',
      pointer: '/amount',
    });
  const { month } = invoice;
  const unregistered = withoutRegistration(month, issuerIn(month, command.issuer));
  if (unregistered) return conflict(unregistered.code, unregistered.detail, { rule: 'Credit notes' });
  const left = creditable(billing, month, taxCode);
  const rest = difference(left.billed, left.credited);
  if (big(amount).gt(rest))
    return conflict(
      'credit-exceeds-billed',
      `${rest} yen are billed for ${month} under ${taxCode} and not credited; ${amount} are more.`,
      { rule: 'Credit notes', pointer: '/amount' },
    );
  const whole = difference(taxOf(left.billed, taxCode, policy.taxRounding), left.creditedTax);
  const tax = amount === rest ? whole : taxOf(amount, taxCode, 'floor');
  const document = issueInvoice(creditDraft(command, invoice, billing, negated(tax)), {
    ...issue,
    series: state.series,
    revision: state.revision + 1,
  });
  return ok([
    {
      type: 'CreditNoteIssued',
      version: CREDIT_NOTE_ISSUED_VERSION,
      data: { ...document, creditNote: command.creditNote, agreedOn: command.agreedOn },
    },
  ]);
}

function creditDraft(
  { contract, amount, taxCode, policy, issuer, recipient, rules }: Credit,
  invoice: Invoice,
  billing: readonly Invoice[],
  tax: Yen,
): InvoiceDraft {
  const { month } = invoice;
  const net = negated(amount);
  const group: TaxGroup = {
    taxCode,
    ...(taxCode !== 'JP-OUT' && { rate: TAX_RATES[taxCode] }),
    taxable: net,
    tax,
  };
  const wrong = creditedPerRate(billing, month, policy);
  const line: UnnumberedLine = {
    item: 'credit',
    description: `値引 ${monthInWords(month)}`,
    quantity: '-1',
    unitPrice: amount,
    amount: net,
    taxCode,
    date: lastDayOf(month),
    corrects: {
      ...correctedInvoice(invoice),
      item: 'credit',
      ground: 'agreement',
      causes: [],
      wrong,
      right: wrong.map((row) =>
        row.taxCode === taxCode
          ? { ...row, taxable: sumOfYen([row.taxable, net]), tax: sumOfYen([row.tax, tax]) }
          : row,
      ),
    },
  };
  return {
    contract,
    kind: 'credit-note',
    month,
    form: formOf(month),
    issuer: issuerIn(month, issuer),
    recipient,
    period: invoice.period,
    lines: [{ n: 1, ...line }],
    taxes: [group],
    net,
    tax,
    total: sumOfYen([net, tax]),
    basis: {},
    corrects: correctedInvoice(invoice),
    ruleVersion: rules.version,
    policyVersion: policy.version,
    termsVersion: invoice.inputs.termsVersion,
  };
}

/** What a month comes to per rate over all documents, credit notes taken off. */
function creditedPerRate(
  billing: readonly Invoice[],
  month: ServiceMonth,
  { taxRounding }: BillingPolicy,
): readonly TaxGroup[] {
  const items = [...billedItems(billing).values()].filter((item) => item.month === month);
  return taxesByRate(items, taxRounding).map((row) => {
    const { credited, creditedTax } = creditable(billing, month, row.taxCode);
    return { ...row, taxable: difference(row.taxable, credited), tax: difference(row.tax, creditedTax) };
  });
}

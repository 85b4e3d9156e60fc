import type { Yen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { policyCatalogue } from '../policies/policy-catalogue.ts';
import { DEFAULT_POLICIES } from '../policies/billing-policy.ts';
import { issueInvoice } from '../invoice/issue-invoice.ts';
import { draftOf } from '../invoice/invoice.samples.ts';
import type { InvoiceDraft } from '../invoice/invoice.ts';
import { Story } from '../testing/story.fixture.ts';
import { seriesDecider } from './series.decider.ts';
import type { IssueDocument } from './series.decide.ts';
import { identityOf, INVOICE_ISSUED_VERSION, type InvoiceIssued } from './series.events.ts';
import { nothingInSeries } from './series.state.ts';

const issue = {
  issuedOn: '2024-02-01' as const,
  paymentTerm: DEFAULT_POLICIES[0]!.paymentTerm,
  positions: {},
  inputsHash: 'ab',
};
const series = {
  ...seriesDecider('SK'),
  initial: { series: 'SK', revision: -1, contracts: { ctr_1: nothingInSeries } },
};
const { given, when } = specOf(series);
const january = draftOf('2024-01');
const issuing = (draft: InvoiceDraft, after: number): IssueDocument => ({
  type: 'Issue',
  draft,
  after,
  issue,
});
const issuedAs = (number: string, draft: InvoiceDraft): InvoiceIssued => ({
  type: 'InvoiceIssued',
  version: INVOICE_ISSUED_VERSION,
  data: { ...issueInvoice(draft, { ...issue, series: 'SK', revision: 0 }), number },
});

describe('Invoices: the series of documents', () => {
  it('one ordinary invoice for each contract and month, numbered by its place', () => {
    when(issuing(january, 0))
      .then(issuedAs('SK-000000001', january))
      .andAgain()
      .thenNothing()
      .andWhen(issuing(draftOf('2024-02'), 1))
      .then(issuedAs('SK-000000002', draftOf('2024-02')));
  });

  it('a document of a contract that is not at hand takes a number, and nothing is decided about it', () => {
    const foreign = { ...january, contract: 'ctr_2' as const };
    given(issuedAs('SK-000000001', foreign))
      .when(issuing(january, 0))
      .then(issuedAs('SK-000000002', january));
    when(issuing(foreign, 0))
      .thenRefused({ code: 'contract-not-at-hand' })
      .andAgain()
      .thenRefused({ code: 'contract-not-at-hand' });
  });

  it('a draft that does not count from all documents of its contract is refused: it would bill a difference twice', () => {
    const correction: InvoiceDraft = {
      ...january,
      kind: 'correction',
      corrects: { number: 'SK-000000001', issuedOn: '2024-02-01', month: '2024-01' },
    };
    const correcting = (after: number): IssueDocument => ({
      type: 'Correct',
      draft: correction,
      after,
      issue,
    });
    given(issuedAs('SK-000000001', january))
      .when(correcting(0))
      .thenRefused({ code: 'documents-changed' })
      .andWhen(correcting(1))
      .then({
        type: 'CorrectionIssued',
        version: 2,
        data: { ...issuedAs('SK-000000002', correction).data, dueOn: '2024-04-01' },
      })
      .andAgain()
      .thenRefused({ code: 'documents-changed' });
    when(correcting(0)).thenRefused({ code: 'documents-changed' });
  });

  it('ids derive from what a document is the only one of', () => {
    const event = issuedAs('SK-000000001', january);
    expect(identityOf(event, 0)).toEqual(['invoice', 'ctr_1', '2024-01']);
    expect(identityOf({ ...event, type: 'CorrectionIssued' }, 3)).toEqual(['correction', 'ctr_1', '3']);
  });
});

describe('Credit notes: an agreed reduction (適格返還請求書)', () => {
  /** J with −107 billed in February. */
  const j = () =>
    new Story()
      .quote('2024-01')
      .start('2024-01-01')
      .accounts(100, '2024-01-01', undefined, 'rid_all')
      .accounts(3, '2024-01-01', '2024-01-17', 'rid_17')
      .accounts(2, '2024-01-05', '2024-01-05', 'rid_1')
      .close('2024-01')
      .spells('rid_all_0', [{ from: '2024-01-01', to: '2024-01-20' }])
      .close('2024-02');
  const crediting = (story: Story, ...amounts: readonly Yen[]) =>
    amounts.map((amount) => story.credit('SK-000000001', amount, 'JP-STD-10-2019', '2024-03-05'));

  it('J with −107 billed in February, one note of 40,405: it returns 4,040 of tax', () => {
    const [note] = crediting(j(), '40405');
    expect(note).toMatchObject({
      number: 'SK-000000003',
      kind: 'credit-note',
      month: '2024-01',
      form: 'qualified',
      issuer: { registrationNumber: 'T7123456789012' },
      net: '-40405',
      tax: '-4040',
      total: '-44445',
      dueOn: '2024-04-30',
      agreedOn: '2024-03-05',
      corrects: { number: 'SK-000000001', issuedOn: '2024-02-01', month: '2024-01' },
      taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: '-40405', tax: '-4040' }],
    });
    expect(note!.lines).toMatchObject([
      {
        item: 'credit',
        quantity: '-1',
        unitPrice: '40405',
        amount: '-40405',
        corrects: {
          ground: 'agreement',
          wrong: [{ taxable: '40405', tax: '4040' }],
          right: [{ taxable: '0', tax: '0' }],
        },
      },
    ]);
  });

  it('tax by itself, rounded down; the note that brings month and code to 0 returns the rest', () => {
    const notes = crediting(j(), '105', '105', '40195');
    expect(notes.map(({ tax }) => tax)).toEqual(['-10', '-10', '-4020']);
  });

  it('at most what is billed for month and code over all documents, less earlier notes', () => {
    const story = j();
    expect(() => crediting(story, '40406')).toThrow('credit-exceeds-billed');
    crediting(story, '40000');
    expect(() => crediting(story, '406')).toThrow('credit-exceeds-billed');
    crediting(story, '405');
    expect(() => crediting(story, '1')).toThrow('credit-exceeds-billed');
    expect(() => story.credit('SK-000000001', '1', 'JP-STD-8-2014', '2024-03-05')).toThrow(
      'credit-exceeds-billed',
    );
    for (const amount of ['0', '-5'] as const)
      expect(() => crediting(story, amount)).toThrow('credit-amount');
  });

  it('a note by the same id is issued once', () => {
    const story = j();
    story.credit('SK-000000001', '100', 'JP-STD-10-2019', '2024-03-05', 'crn_1');
    story.credit('SK-000000001', '100', 'JP-STD-10-2019', '2024-03-05', 'crn_1');
    expect(story.documents).toHaveLength(3);
  });

  it('corrections ignore it, and it comes between drafting and issuing without a word', () => {
    const story = j();
    crediting(story, '40405');
    story.accounts(1, '2024-01-01', '2024-01-31').close('2024-03');
    const line = story.invoice('2024-03').lines.at(-1)!;
    expect(line).toMatchObject({ item: 'adjustment', amount: '300' });
    expect(line.corrects!.wrong).toMatchObject([{ taxable: '40405', tax: '4040' }]);
  });

  it('without a registration number there is none for a month from 2023-10', () => {
    const story = j();
    story.issuer = { name: '株式会社見本', registrationNumber: null };
    expect(() => crediting(story, '100')).toThrow('no-registration-number');
    story.issuer = { name: '株式会社見本', registrationNumber: 'T7123456789012' };
    expect(crediting(story, '100')[0]!.tax).toBe('-10');
  });

  it('the rest of the tax is by the policy of the invoice', () => {
    const catalogue = policyCatalogue([{ version: 'up', from: '2024-01', taxRounding: 'ceil' }]);
    if (!catalogue.ok) throw new Error(catalogue.error.detail);
    const story = new Story(catalogue.value)
      .quote('2024-01', { baseFee: '305' })
      .start('2024-01-01')
      .close('2024-01');
    expect(story.documents[0]!.tax).toBe('31');
    expect(crediting(story, '100', '205').map(({ tax }) => tax)).toEqual(['-10', '-21']);
  });
});

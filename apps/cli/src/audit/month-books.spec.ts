import { describe, expect, it } from '@jest/globals';
import { seriesStreamOf } from '@smartkey/billing-domain';
import type { RecordedEvent } from '@smartkey/kernel';
import { MadeUpLog } from './audited.fixture.ts';
import { MonthBooks } from './month-books.ts';

const SERIES = seriesStreamOf('SK');

const document = (number: string, contract: string, more: object = {}): object => ({
  number,
  contract,
  kind: 'invoice',
  month: '2018-01',
  taxes: [{ taxCode: 'JP-STD-8-2014', rate: '8', taxable: '11500', tax: '920' }],
  ...more,
});

/** January 2018 of two contracts: one was billed, the other owed nothing; and a later month. */
function january(): { readonly contracts: MadeUpLog; readonly billing: MadeUpLog } {
  const contracts = new MadeUpLog();
  contracts.add('contract-ctr_1', 'ContractAccepted', { acceptedOn: '2018-01-01' });
  contracts.add('contract-ctr_2', 'ContractAccepted', { acceptedOn: '2018-01-31' });
  contracts.add('contract-ctr_3', 'ContractAccepted', { acceptedOn: '2018-02-01' });
  const billing = new MadeUpLog();
  billing.add(SERIES, 'InvoiceIssued', document('SK-000000001', 'ctr_1'));
  billing.add('billing-ctr_1', 'MonthClosed', {
    contract: 'ctr_1',
    month: '2018-01',
    outcome: 'issued',
    number: 'SK-000000001',
  });
  billing.add('billing-ctr_2', 'MonthClosed', {
    contract: 'ctr_2',
    month: '2018-01',
    outcome: 'nothing-due',
  });
  billing.add('rendition-SK-000000001', 'DocumentRendered', {
    number: 'SK-000000001',
    kind: 'pdf',
    mediaType: 'application/pdf',
    sha256: 'ab',
  });
  billing.add(SERIES, 'InvoiceIssued', document('SK-000000002', 'ctr_1', { month: '2018-02' }));
  billing.add(
    SERIES,
    'CorrectionIssued',
    document('SK-000000003', 'ctr_1', {
      kind: 'correction',
      taxes: [{ taxCode: 'JP-STD-8-2014', rate: '8', taxable: '-500', tax: '-40' }],
    }),
  );
  return { contracts, billing };
}

function booksOf(billing: readonly RecordedEvent[], contracts: readonly RecordedEvent[]): MonthBooks {
  const books = new MonthBooks('2018-01');
  for (const event of billing) books.takeBilling(event);
  for (const event of contracts) books.takeContract(event);
  return books;
}

describe('the documents of a month', () => {
  it('are complete where each is in its place and each contract was closed', () => {
    const { contracts, billing } = january();
    const books = booksOf(billing.events, contracts.events);
    expect(books.result()).toEqual({
      month: '2018-01',
      complete: true,
      documents: { invoice: 1, correction: 1 },
      taxes: [{ taxCode: 'JP-STD-8-2014', taxable: '11000', tax: '880' }],
      contracts: { accepted: 2, issued: 1, nothingDue: 1 },
      series: [{ name: 'SK', documents: 3 }],
      faults: [],
    });
    expect(books.places.map(({ number }) => number)).toEqual(['SK-000000001', 'SK-000000003']);
    expect(books.filesOf('SK-000000001')).toEqual([
      { kind: 'pdf', mediaType: 'application/pdf', sha256: 'ab' },
    ]);
  });

  it('lack what was taken out of the series, and the series shows where', () => {
    const { contracts, billing } = january();
    const without = billing.events.filter(({ revision, stream }) => stream !== SERIES || revision !== 0);
    expect(booksOf(without, contracts.events).result().faults).toEqual([
      { kind: 'broken', stream: SERIES, revision: 1, why: 'gap' },
      { kind: 'document-missing', contract: 'ctr_1', number: 'SK-000000001' },
    ]);
  });

  it('are not what they were where a byte of them was changed', () => {
    const { contracts, billing } = january();
    const [first, ...rest] = billing.events;
    const forged = { ...first!, data: { ...first!.data, total: '1' } };
    expect(booksOf([forged, ...rest], contracts.events).result().faults).toEqual([
      { kind: 'broken', stream: SERIES, revision: 0, why: 'hash' },
    ]);
  });

  it('have a number that is their place', () => {
    const { contracts, billing } = january();
    billing.add(SERIES, 'InvoiceIssued', document('SK-000000009', 'ctr_9', { month: '2018-02' }));
    expect(booksOf(billing.events, contracts.events).result().faults).toEqual([
      { kind: 'misnumbered', stream: SERIES, revision: 3, number: 'SK-000000009' },
    ]);
  });

  it('are open while a contract that was accepted by then is not closed, and wrong where an invoice has no close', () => {
    const { contracts, billing } = january();
    const unclosed = billing.events.filter(({ type }) => type !== 'MonthClosed');
    expect(booksOf(unclosed, contracts.events).result()).toMatchObject({
      complete: false,
      faults: [
        { kind: 'close-missing', contract: 'ctr_1', number: 'SK-000000001' },
        { kind: 'not-closed', contract: 'ctr_1' },
        { kind: 'not-closed', contract: 'ctr_2' },
      ],
    });
  });

  it('are complete without a contract that ended before the month, and not without one that ended in it', () => {
    const { contracts, billing } = january();
    for (const [contract, lastDay] of [
      ['ctr_8', '2017-12-31'],
      ['ctr_9', '2018-01-01'],
    ] as const) {
      contracts.add(`contract-${contract}`, 'ContractAccepted', { acceptedOn: '2017-11-01' });
      contracts.add(`contract-${contract}`, 'ContractTerminated', { lastDay });
    }
    expect(booksOf(billing.events, contracts.events).result().faults).toEqual([
      { kind: 'not-closed', contract: 'ctr_9' },
    ]);
  });
});

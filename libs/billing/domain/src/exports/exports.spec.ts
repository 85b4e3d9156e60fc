import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { DEFAULT_POLICIES } from '../policies/billing-policy.ts';
import { issueInvoice } from '../invoice/issue-invoice.ts';
import { draftOf, initialFee } from '../invoice/invoice.samples.ts';
import { CANONICAL_COLUMNS, canonicalRows } from './canonical-row.ts';
import { exportLog } from './exports.decider.ts';
import type { ExportContent, InvoiceExported } from './exports.events.ts';

const invoice = issueInvoice(
  draftOf('2024-01', {
    usedDays: [
      [1, 2],
      [17, 3],
      [31, 100],
    ],
    fees: [{ ...initialFee, arisenOn: '2023-12-20' }],
  }),
  {
    series: 'SK',
    revision: 6,
    issuedOn: '2024-02-01',
    paymentTerm: DEFAULT_POLICIES[0]!.paymentTerm,
    positions: {},
    inputsHash: 'ab',
  },
);

describe('canonical export rows', () => {
  const rows = canonicalRows(invoice, {
    exportBatchId: '3',
    revision: 6,
    eventHash: 'ff',
    accountCodes: { BASE: '4110' },
  });
  it('one row a line, with the totals of its rate and of the document', () => {
    expect(rows).toHaveLength(3);
    expect(rows[1]).toEqual({
      schemaVersion: '1',
      exportBatchId: '3',
      invoiceId: 'SK-000000007',
      revision: '6',
      issueDate: '2024-02-01',
      servicePeriodStart: '2024-01-01',
      servicePeriodEnd: '2024-01-31',
      customerCode: 'ctr_1',
      lineNo: '2',
      lineType: 'ACCOUNT',
      accountCode: '',
      taxCode: 'JP-STD-10-2019',
      net: '30512',
      taxableTotalPerRate: '40512',
      taxPerRate: '4051',
      gross: '44563',
      registrationNumber: 'T7123456789012',
      originalInvoiceId: '',
      eventHash: 'ff',
    });
    expect(Object.keys(rows[0]!)).toEqual([...CANONICAL_COLUMNS]);
  });
  it('names the books’ account where it is configured', () => expect(rows[0]!.accountCode).toBe('4110'));
  it('a fee’s period is its own day', () =>
    expect(rows[2]).toMatchObject({
      lineType: 'INITIAL',
      servicePeriodStart: '2023-12-20',
      taxCode: 'JP-STD-10-2019',
    }));
});

describe('exports', () => {
  const content: ExportContent = {
    export: 'exp_1',
    month: '2024-01',
    format: 'canonical-csv',
    encoding: 'utf-8-bom',
    schemaVersion: '1',
    documents: 1,
    rows: 3,
    bytes: 100,
    sha256: 'ff',
  };
  const exported = (number: number): InvoiceExported => ({
    type: 'InvoiceExported',
    version: 1,
    data: { ...content, number },
  });
  it('are numbered as they are made; another of the same content is another', () => {
    specOf(exportLog).when(content).then(exported(1)).andAgain().then(exported(2));
  });
});

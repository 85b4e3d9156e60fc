import type { ContractId } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { issuedMonthBy } from './issued-months.ts';

const contract: ContractId = 'ctr_1';
const closed = {
  type: 'MonthClosed',
  contract,
  data: { month: '2018-01', outcome: 'issued', number: 'SK-1' },
};
const issued = {
  type: 'InvoiceIssued',
  contract,
  data: { kind: 'invoice', month: '2018-01', number: 'SK-1' },
};

describe('Invoices: the month that a message of billing says to be issued', () => {
  it('is told by the invoice, and once more by the month that is done with it', () => {
    for (const message of [closed, issued])
      expect(issuedMonthBy(message)).toEqual({ contract, month: '2018-01', number: 'SK-1' });
  });

  it.each([
    ['a month with nothing due', { ...closed, data: { month: '2018-01', outcome: 'nothing-due' } }],
    [
      'another document than the ordinary invoice',
      { ...issued, data: { ...issued.data, kind: 'correction' } },
    ],
    ['no contract', { type: 'MonthClosed', data: closed.data }],
    ['anything else', { ...closed, type: 'CloseRequested' }],
  ])('is not told by %s', (_what, message) => {
    expect(issuedMonthBy(message)).toBeUndefined();
  });

  it('is a service month, or the message cannot be applied', () => {
    expect(() => issuedMonthBy({ ...closed, data: { ...closed.data, month: '2018-13' } })).toThrow(/2018-13/);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { InvoiceMessage } from '@smartkey/messages';
import { netByMonth } from './net-by-month.ts';

type Line = InvoiceMessage['lines'][number];
const line = (item: Line['item'], amount: string, month?: string): Line =>
  ({ item, amount, ...(month !== undefined && { corrects: { month } }) }) as Line;

describe('Credit notes: what a month is billed, net of all its codes', () => {
  it('an adjustment counts for the month that it corrects, a note for the month that it credits', () => {
    expect(
      netByMonth([
        { contract: 'ctr_1', month: '2024-01', lines: [line('base', '305'), line('one-time-fee', '100')] },
        {
          contract: 'ctr_1',
          month: '2024-02',
          lines: [line('base', '305'), line('adjustment', '-205', '2024-01')],
        },
        { contract: 'ctr_2', month: '2024-01', lines: [line('base', '1')] },
        { contract: 'ctr_1', month: '2024-01', lines: [line('credit', '-405', '2024-01')] },
      ]),
    ).toEqual([
      { contract: 'ctr_1', month: '2024-01', net: '-205' },
      { contract: 'ctr_1', month: '2024-02', net: '305' },
      { contract: 'ctr_2', month: '2024-01', net: '1' },
    ]);
  });
});

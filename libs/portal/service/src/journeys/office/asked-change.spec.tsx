import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import type { Schemas } from '../../api/portal-api.ts';
import { AskedChange } from './asked-change.tsx';

const shown = (kind: Schemas['Approval']['kind'], command: object): string =>
  renderToString(<AskedChange kind={kind} command={command} />)
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('what another person asked for', () => {
  it.each([
    [
      'credit-note',
      {
        creditNote: 'crn_1',
        amount: '12345',
        taxCode: 'JP-STD-10-2019',
        reason: '障害',
        agreedOn: '2026-12-01',
      },
      ['12,345円', '10%', '2026年12月1日', '障害'],
    ],
    [
      'quote',
      {
        type: 'GiveQuote',
        quote: 'quo_1',
        plan: 'service-provider',
        effectiveMonth: '2026-11',
        baseFee: '5000',
        authApi: { model: 'perUnit', unitPrice: '2' },
        agreement: '合意のとおり',
      },
      ['サービスプロバイダー', '2026年11月', '5,000円', '1回 2円', '合意のとおり'],
    ],
    ['billing-start', { date: '2026-11-25', reason: '誤り' }, ['2026年11月25日', '誤り']],
    ['waiver', { fee: 'fee_1', reason: 'おわび', mistake: false }, ['おわび', 'いいえ']],
    [
      'plan-change',
      { planChange: 'plc_1', oneTimeFee: { fee: 'fee_2', amount: '3000', description: '作業' } },
      ['3,000円', '作業'],
    ],
  ] as const)('is told in words: %s', (kind, command, words) => {
    const text = shown(kind, command);
    for (const word of words) expect(text).toContain(word);
    // No names of fields, no ids, nothing of how a program writes it.
    expect(text).not.toMatch(/[{}"]|_\d|[a-z]{4}/);
  });

  it('has nothing left out that has no words yet', () => {
    expect(shown('waiver', { reason: 'おわび', novelty: { deep: 1 } })).toContain('novelty');
  });
});

import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICIES, policyIn, policyOfVersion } from './billing-policy.ts';
import { policyCatalogue } from './policy-catalogue.ts';
import { termsVersionIn } from '@smartkey/terms';

describe('policies by effective service month', () => {
  it('floor, floor and the end of the following month, from the coming into force of the terms', () => {
    expect(policyIn(DEFAULT_POLICIES, '2016-03')).toMatchObject({
      yenRounding: 'floor',
      taxRounding: 'floor',
      paymentTerm: { monthsAfter: 1, onHoliday: 'next-banking-day' },
    });
    expect(() => policyIn(DEFAULT_POLICIES, '2016-02')).toThrow(RangeError);
  });

  it('a later entry holds from its month, and leaves what it does not name', () => {
    const catalogue = policyCatalogue([{ version: 'b', from: '2026-04', yenRounding: 'halfUp' }]);
    if (!catalogue.ok) throw new Error(catalogue.error.detail);
    expect(policyIn(catalogue.value, '2026-03').version).toBe('2016-03.1');
    expect(policyIn(catalogue.value, '2026-04')).toMatchObject({
      version: 'b',
      yenRounding: 'halfUp',
      taxRounding: 'floor',
    });
    expect(policyOfVersion(catalogue.value, 'b')?.from).toBe('2026-04');
  });

  it.each([
    ['no object', ['x']],
    ['no version', [{ from: '2026-04' }]],
    ['an impossible month', [{ version: 'b', from: '2026-13' }]],
    ['an unknown rounding', [{ version: 'b', from: '2026-04', taxRounding: 'up' }]],
    ['an unknown term', [{ version: 'b', from: '2026-04', paymentTerm: { monthsAfter: 1, onHoliday: 'x' } }]],
    ['a term that is no number', [{ version: 'b', from: '2026-04', paymentTerm: { monthsAfter: '1' } }]],
    [
      'a term of thousands of years',
      [
        {
          version: 'b',
          from: '2026-04',
          paymentTerm: { monthsAfter: 100_000, onHoliday: 'next-banking-day' },
        },
      ],
    ],
    ['a month before the terms', [{ version: 'b', from: '2016-03' }]],
    ['a version twice', [{ version: '2016-03.1', from: '2026-04' }]],
    [
      'entries out of order',
      [
        { version: 'c', from: '2026-05' },
        { version: 'b', from: '2026-04' },
      ],
    ],
  ])('refuses %s', (_what, entries) =>
    expect(policyCatalogue(entries)).toMatchObject({ ok: false, error: { code: 'invalid-policy' } }),
  );
});

describe('附則: the version of the terms that governs a month', () => {
  it('2016-03-01, and 2018-01-01 from 2018-01', () =>
    expect((['2016-03', '2017-12', '2018-01'] as const).map(termsVersionIn)).toEqual([
      '2016-03-01',
      '2016-03-01',
      '2018-01-01',
    ]));
});

import { governingQuote, type Quote } from '@smartkey/terms';
import type { ServiceMonth } from '@smartkey/calendar';
import { event } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import {
  applied,
  changeAccepted,
  contract,
  nothingIssued,
  operator,
  quoted,
  requested,
} from '../testing/contract.fixture.ts';
import type { GiveQuote } from './quotes.decide.ts';

const { given, when } = specOf(contractDecider);

const give = (more: Partial<GiveQuote> = {}): GiveQuote => ({
  ...operator('2018-03-10'),
  type: 'GiveQuote',
  quote: 'quo_new',
  plan: 'enterprise',
  effectiveMonth: '2018-01',
  baseFee: '10000',
  accountFee: '300',
  issued: nothingIssued,
  ...more,
});
const newQuote = (more: Partial<Quote> = {}): Quote =>
  ({
    id: 'quo_new',
    plan: 'enterprise',
    effectiveMonth: '2018-01',
    baseFee: '10000',
    baseFeeInPartialMonth: 'full',
    accountFee: '300',
    ...more,
  }) as Quote;

describe('別紙1: a quote is given from the application on', () => {
  it('before the acceptance, with the base fee full in partial months unless told', () => {
    given(applied())
      .when(give())
      .then(event('PriceQuoted', { quote: newQuote() }));
  });

  it('prorated in partial months where told', () => {
    given(contract())
      .when(give({ baseFeeInPartialMonth: 'prorated' }))
      .then(event('PriceQuoted', { quote: newQuote({ baseFeeInPartialMonth: 'prorated' }) }));
  });

  it('four hundred times at most', () => {
    const before = Array.from({ length: 399 }, (_, n) => quoted(`quo_${n}`, 'enterprise', '2018-01'));
    given(contract(), ...before)
      .when(give())
      .then(event('PriceQuoted', { quote: newQuote() }))
      .andWhen(give({ quote: 'quo_more' }))
      .thenRefused({ kind: 'conflict', code: 'too-many-quotes', rule: '別紙1' });
  });

  it('again with other words is another quote', () => {
    given(contract(), quoted('quo_1', 'enterprise', '2018-01'))
      .when(give())
      .then(event('PriceQuoted', { quote: newQuote() }));
  });

  it('for months up to twelve ahead', () => {
    given(contract())
      .when(give({ effectiveMonth: '2019-03' }))
      .then(event('PriceQuoted', { quote: newQuote({ effectiveMonth: '2019-03' }) }));
    given(contract())
      .when(give({ effectiveMonth: '2019-04' }))
      .thenRefused({ kind: 'invalid', code: 'too-far-ahead', pointer: '/effectiveMonth' });
  });

  it('not without an application, and not after a rejection', () => {
    when(give()).thenRefused({ kind: 'not-found', code: 'contract-unknown' });
    given(applied(), event('ApplicationRejected', { reason: '与信' }))
      .when(give())
      .thenRefused({ kind: 'conflict', code: 'application-ended' });
  });

  it('附則: not for a month before 2016-03', () => {
    given(contract())
      .when(give({ effectiveMonth: '2016-03' }))
      .then(event('PriceQuoted', { quote: newQuote({ effectiveMonth: '2016-03' }) }));
    given(contract())
      .when(give({ effectiveMonth: '2016-02' }))
      .thenRefused({ code: 'before-the-terms', rule: '附則', pointer: '/effectiveMonth' });
  });
});

describe('別紙1: what an enterprise quote holds', () => {
  it.each(['-1', '1.5', '1e3', '01', '', '+1'])(
    'refuses a base fee of "%s": whole yen, 0 or more',
    (baseFee) => {
      given(contract())
        .when(give({ baseFee }))
        .thenRefused({ code: 'base-fee-form', rule: '別紙1', pointer: '/baseFee' });
    },
  );

  it.each(['-1', '1e3', '0.1234567', '.5', '1.', '-0', ' 1'])(
    'refuses an account fee of "%s"',
    (accountFee) => {
      given(contract())
        .when(give({ accountFee }))
        .thenRefused({ code: 'price-form', rule: '別紙1', pointer: '/accountFee' });
    },
  );

  it('takes an account fee with 6 decimals, in its shortest form', () => {
    given(contract())
      .when(give({ accountFee: '0.123450' }))
      .then(event('PriceQuoted', { quote: newQuote({ accountFee: '0.12345' } as Partial<Quote>) }));
  });

  it('needs an account fee, and has no place for an auth API price', () => {
    given(contract())
      .when(give({ accountFee: undefined }))
      .thenRefused({ code: 'price-missing', pointer: '/accountFee' });
    given(contract())
      .when(give({ authApi: { model: 'perUnit', unitPrice: '1' } }))
      .thenRefused({ code: 'price-field-misplaced', pointer: '/authApi' });
  });
});

describe('別紙1 備考(2): what a service-provider quote holds', () => {
  const giveApi = (authApi: GiveQuote['authApi']) =>
    given(contract()).when(give({ plan: 'service-provider', accountFee: undefined, authApi }));
  const withApi = (authApi: object) =>
    event('PriceQuoted', {
      quote: {
        id: 'quo_new',
        plan: 'service-provider',
        effectiveMonth: '2018-01',
        baseFee: '10000',
        baseFeeInPartialMonth: 'full',
        authApi,
      } as Quote,
    });

  it('perUnit', () => {
    giveApi({ model: 'perUnit', unitPrice: '0.50', freeUnits: 100 }).then(
      withApi({ model: 'perUnit', unitPrice: '0.5', freeUnits: 100 }),
    );
  });

  it.each(['graduated', 'volume'] as const)('%s, with flat fees and free units', (model) => {
    const tiers = [
      { upTo: 1000, unitPrice: '1', flatFee: '500' },
      { upTo: null, unitPrice: '0.5', flatFee: '200' },
    ];
    giveApi({ model, tiers, freeUnits: 300 }).then(withApi({ model, tiers, freeUnits: 300 }));
  });

  it('package', () => {
    giveApi({ model: 'package', packageSize: 100, packagePrice: '80' }).then(
      withApi({ model: 'package', packageSize: 100, packagePrice: '80' }),
    );
  });

  const tier = (upTo: number | null, unitPrice = '1') => ({ upTo, unitPrice });
  it.each([
    [
      'tiers that do not ascend',
      { model: 'graduated', tiers: [tier(8), tier(3), tier(null)] },
      'tiers-not-ascending',
      '/authApi/tiers/1/upTo',
    ],
    [
      'two tiers with one end',
      { model: 'volume', tiers: [tier(8), tier(8), tier(null)] },
      'tiers-not-ascending',
      '/authApi/tiers/1/upTo',
    ],
    [
      'a tier up to 0',
      { model: 'volume', tiers: [tier(0), tier(null)] },
      'tiers-not-ascending',
      '/authApi/tiers/0/upTo',
    ],
    [
      'a tier up to a fraction',
      { model: 'volume', tiers: [tier(1.5), tier(null)] },
      'tiers-not-ascending',
      '/authApi/tiers/0/upTo',
    ],
    [
      'a tier without end before the last',
      { model: 'volume', tiers: [tier(null), tier(null)] },
      'tiers-not-ascending',
      '/authApi/tiers/0/upTo',
    ],
    [
      'no last tier without end',
      { model: 'graduated', tiers: [tier(3), tier(8)] },
      'tiers-without-last',
      '/authApi/tiers',
    ],
    ['no tier at all', { model: 'graduated', tiers: [] }, 'tiers-without-last', '/authApi/tiers'],
    ['tiers left out', { model: 'volume' }, 'tiers-without-last', '/authApi/tiers'],
    [
      'a negative price in a tier',
      { model: 'graduated', tiers: [tier(null, '-1')] },
      'price-form',
      '/authApi/tiers/0/unitPrice',
    ],
    ['a price with an exponent', { model: 'perUnit', unitPrice: '1e-3' }, 'price-form', '/authApi/unitPrice'],
    [
      'more than 6 decimals',
      { model: 'perUnit', unitPrice: '0.0000001' },
      'price-form',
      '/authApi/unitPrice',
    ],
    [
      'a negative flat fee',
      { model: 'volume', tiers: [{ ...tier(null), flatFee: '-5' }] },
      'price-form',
      '/authApi/tiers/0/flatFee',
    ],
    ['no unit price', { model: 'perUnit' }, 'price-missing', '/authApi/unitPrice'],
    [
      'a size of 0',
      { model: 'package', packageSize: 0, packagePrice: '1' },
      'package-size',
      '/authApi/packageSize',
    ],
    ['no size', { model: 'package', packagePrice: '1' }, 'package-size', '/authApi/packageSize'],
    ['no package price', { model: 'package', packageSize: 1 }, 'price-missing', '/authApi/packagePrice'],
    [
      'negative free units',
      { model: 'perUnit', unitPrice: '1', freeUnits: -1 },
      'free-units',
      '/authApi/freeUnits',
    ],
    [
      'half a free unit',
      { model: 'perUnit', unitPrice: '1', freeUnits: 0.5 },
      'free-units',
      '/authApi/freeUnits',
    ],
    [
      'another model’s field',
      { model: 'perUnit', unitPrice: '1', packageSize: 2 },
      'price-field-misplaced',
      '/authApi/packageSize',
    ],
  ] as const)('refuses %s', (_what, authApi, code, pointer) => {
    giveApi(authApi as GiveQuote['authApi']).thenRefused({ kind: 'invalid', code, rule: '別紙1', pointer });
  });

  it('needs an auth API price, and has no place for an account fee', () => {
    giveApi(undefined).thenRefused({ code: 'price-missing', pointer: '/authApi' });
    given(contract())
      .when(give({ plan: 'service-provider', authApi: { model: 'perUnit', unitPrice: '1' } }))
      .thenRefused({ code: 'price-field-misplaced', pointer: '/accountFee' });
  });
});

describe('別紙1: a quote that changes what governs an issued month names the quote it replaces, a reason and the agreement', () => {
  const history = [...contract(), quoted('quo_1', 'enterprise', '2018-01')];
  const inMonths = (...months: readonly ServiceMonth[]) => ({ months, fees: {} });
  const issued = inMonths('2018-01', '2018-02');

  it('is refused without any of them, and for another quote than the one that governs', () => {
    given(history, quoted('quo_2', 'enterprise', '2018-03'))
      .when(give({ issued }))
      .thenRefused({ kind: 'invalid', code: 'month-issued', rule: '別紙1', pointer: '/replaces' })
      .andWhen(give({ issued, replaces: 'quo_2' }))
      .thenRefused({ code: 'month-issued', pointer: '/replaces' })
      .andWhen(give({ issued, replaces: 'quo_1' }))
      .thenRefused({ code: 'month-issued', pointer: '/reason' })
      .andWhen(give({ issued, replaces: 'quo_1', reason: '誤記' }))
      .thenRefused({ code: 'month-issued', pointer: '/agreement' })
      .andWhen(give({ issued, replaces: 'quo_1', reason: '誤記', agreement: '2018-03-09 書面' }))
      .then(
        event('PriceQuoted', {
          quote: newQuote({ replaces: 'quo_1' }),
          reason: '誤記',
          agreement: '2018-03-09 書面',
        }),
      );
  });

  it('is free where the month is not issued yet', () => {
    given(history)
      .when(give({ issued: inMonths('2018-01'), effectiveMonth: '2018-02' }))
      .then(event('PriceQuoted', { quote: newQuote({ effectiveMonth: '2018-02' }) }));
  });

  it('is free where a later quote governs the issued months', () => {
    given(history, quoted('quo_2', 'enterprise', '2018-02'))
      .when(give({ issued: inMonths('2018-02'), effectiveMonth: '2018-01' }))
      .then(event('PriceQuoted', { quote: newQuote() }));
  });

  it('is free where the issued months were of the other plan (第4条)', () => {
    given(
      contract(),
      quoted('quo_1', 'enterprise', '2018-01'),
      requested('pch_1', 'service-provider', '2018-02'),
      changeAccepted('pch_1', 'service-provider', '2018-02'),
      event('PlanChanged', { planChange: 'pch_1', plan: 'service-provider', fromMonth: '2018-02' }),
      quoted('quo_2', 'service-provider', '2018-02'),
    )
      .when(give({ issued: inMonths('2018-02'), effectiveMonth: '2018-02' }))
      .then(event('PriceQuoted', { quote: newQuote({ effectiveMonth: '2018-02' }) }));
  });

  it('where no quote governed, in a month issued for a fee alone, needs reason and agreement and names nothing', () => {
    const january = inMonths('2018-01');
    given(contract())
      .when(give({ issued: january }))
      .thenRefused({ kind: 'invalid', code: 'month-issued', rule: '別紙1', pointer: '/reason' })
      .andWhen(give({ issued: january, reason: '提示漏れ' }))
      .thenRefused({ code: 'month-issued', pointer: '/agreement' })
      .andWhen(give({ issued: january, reason: '提示漏れ', agreement: '2018-03-09 書面' }))
      .then(event('PriceQuoted', { quote: newQuote(), reason: '提示漏れ', agreement: '2018-03-09 書面' }));
  });

  it('names a quote that exists', () => {
    given(history)
      .when(give({ replaces: 'quo_x' }))
      .thenRefused({ code: 'quote-unknown', pointer: '/replaces' });
  });
});

describe('別紙1: the quote that governs a month', () => {
  const quotes = [
    quoted('quo_1', 'enterprise', '2018-01'),
    quoted('quo_2', 'service-provider', '2018-02'),
    quoted('quo_3', 'enterprise', '2018-04'),
    quoted('quo_4', 'enterprise', '2018-04'),
  ].map((each) => each.data.quote);

  it.each([
    ['enterprise', '2017-12', undefined],
    ['enterprise', '2018-01', 'quo_1'],
    ['enterprise', '2018-03', 'quo_1'],
    ['enterprise', '2018-04', 'quo_4'],
    ['enterprise', '2019-01', 'quo_4'],
    ['service-provider', '2018-01', undefined],
    ['service-provider', '2018-04', 'quo_2'],
    [undefined, '2018-04', undefined],
  ] as const)('for plan %s in %s is %s', (plan, month, id) => {
    expect(governingQuote(quotes, plan, month)?.id).toBe(id);
  });
});

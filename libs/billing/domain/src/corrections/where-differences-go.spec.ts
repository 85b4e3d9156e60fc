import type { Yen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '../invoice/invoice.ts';
import { Story } from '../testing/story.fixture.ts';

/** Five accounts from the first day on, base 10,000, 300 per account: 11,500 a month; 920 of tax at 8 %, 1,150 at 10 %. */
const five = (first: '2018-01' | '2019-09' | '2023-08' | '2024-01') =>
  new Story().quote(first).start(`${first}-01`).accounts(5, `${first}-01`, undefined, 'rid');

const amounts = ({ lines }: Invoice) => lines.map(({ amount }) => Number(amount));
const taxes = (document: Invoice) => document.taxes.map(({ taxCode, tax }) => [taxCode, Number(tax)]);
const kinds = (story: Story) => story.documents.map(({ kind, month }) => `${kind} ${month}`);

describe('Corrections: would the total of the next invoice be below 0 (0 stands), tax and all adjustments included', () => {
  it('two months that would each fit do not stand together: each corrected invoice gets its document', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '6000').close('2018-01');
    story.fee('fee_2', '2018-02-10', '6000').close('2018-02').waive('fee_1').waive('fee_2').close('2018-03');
    expect(kinds(story).slice(2)).toEqual(['invoice 2018-03', 'correction 2018-01', 'correction 2018-02']);
    expect(amounts(story.invoice('2018-03'))).toEqual([10000, 1500]);
    expect(story.corrections().map(amounts)).toEqual([[-6000], [-6000]]);
  });

  it('what raises goes with what lowers: no adjustment stands on it', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '20000').close('2018-01').close('2018-02');
    story.waive('fee_1').accounts(1, '2018-02-01', '2018-02-28').close('2018-03');
    expect(amounts(story.invoice('2018-03'))).toEqual([10000, 1500]);
    expect(story.corrections('2018-01').map(amounts)).toEqual([[-20000]]);
    expect(story.corrections('2018-02').map(amounts)).toEqual([[300]]);
  });

  it('what raises another month lets it stand', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '11800').close('2018-01').close('2018-02');
    story.waive('fee_1').accounts(1, '2018-02-01', '2018-02-28').close('2018-03');
    expect(story.invoice('2018-03')).toMatchObject({ net: '0', tax: '0', total: '0' });
    expect(amounts(story.invoice('2018-03'))).toEqual([10000, 1500, -11800, 300]);
  });

  it.each<[Yen, number[], string]>([
    // 11,500 + 1,150 = 12,650; −11,713 carries −937 at 8 %: exactly 0, though the net is −213. −11,714 carries −937 too: −1.
    ['11713', [10000, 1500, -11713], '0'],
    ['11714', [10000, 1500], '12650'],
  ])('tax decides: %s at the old 8 %% waived against an invoice at 10 %%', (fee, lines, total) => {
    const story = five('2019-09').fee('fee_1', '2019-09-10', fee).close('2019-09').waive('fee_1');
    story.close('2019-10');
    expect(amounts(story.invoice('2019-10'))).toEqual(lines);
    expect(story.invoice('2019-10').total).toBe(total);
  });

  it('a late fee of the same run counts to the total', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '12000').close('2018-01');
    story.waive('fee_1').fee('fee_2', '2018-01-11', '500').close('2018-02');
    expect(amounts(story.invoice('2018-02'))).toEqual([10000, 1500, 500, -12000]);
    expect(story.invoice('2018-02').total).toBe('0');
  });

  it('does not go on to the invoice after it, drawn up in the same run', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '12000').close('2018-01').waive('fee_1');
    story.close('2018-03');
    expect(kinds(story).slice(1)).toEqual(['invoice 2018-02', 'invoice 2018-03', 'correction 2018-01']);
    expect(amounts(story.invoice('2018-03'))).toEqual([10000, 1500]);
  });
});

describe('Corrections: the next invoice of an issued month', () => {
  it('is that of a month after the end in which a fee arose, from the month on in which the run lies', () => {
    const ended = () => five('2018-01').end('2018-01-31').close('2018-01').fee('fee_3', '2018-03-10', '3000');
    const found = (story: Story) => story.accounts(1, '2018-01-01', '2018-01-31');
    const february = found(ended()).close('2018-01', { day: '2018-02-20' });
    expect(kinds(february)).toEqual(['invoice 2018-01', 'correction 2018-01']);
    const march = found(ended()).close('2018-01', { day: '2018-03-20' });
    expect(kinds(march)).toEqual(['invoice 2018-01']);
    expect(amounts(march.close('2018-03').invoice('2018-03'))).toEqual([3000, 300]);
  });

  it('a parked one is waited for, though later months could carry it', () => {
    const story = new Story().quote('2018-01').start('2018-01-01').accounts(5, '2018-01-01', '2018-01-31');
    story.close('2018-01').fee('fee_1', '2018-01-10', '500');
    // February cannot be rated: no rating takes its price.
    const broken = story.quote('2018-02', { accountFee: 'x' } as never).quote('2018-03');
    const plan = broken
      .accounts(1, '2018-01-01', '2018-01-31', 'rid_late')
      .accounts(1, '2018-02-01')
      .plan('2018-03');
    expect(plan.documents).toEqual([]);
    expect(plan.parked).toMatchObject({ month: '2018-02', reason: { code: 'not-ratable' } });
    expect(plan.waiting.map(({ month, goesTo }) => [month, goesTo])).toEqual([
      ['2018-01', 'next-invoice'],
      ['2018-01', 'next-invoice'],
    ]);
  });

  it('a fee of a month that is not issued and lies before one that is makes that month’s own invoice', () => {
    const story = new Story()
      .quote('2018-01')
      .start('2018-03-01')
      .accounts(5, '2018-03-01', undefined, 'rid');
    story.close('2018-03').fee('fee_2', '2018-02-10', '700').close('2018-03', { day: '2018-04-10' });
    expect(kinds(story)).toEqual(['invoice 2018-03', 'invoice 2018-02']);
    expect(story.invoice('2018-02')).toMatchObject({
      number: 'SK-000000002',
      issuedOn: '2018-04-10',
      dueOn: '2018-05-01',
      net: '700',
      period: { from: '2018-02-01', to: '2018-02-28' },
    });
    expect(story.invoice('2018-02').lines[0]).not.toHaveProperty('corrects');
  });

  it('an issued month is never issued again, though the window leave it and return', () => {
    const story = five('2018-01').close('2018-01').close('2018-02');
    story.start('2018-03-01').close('2018-03').start('2018-01-01').close('2018-04');
    expect(kinds(story)).toEqual([
      'invoice 2018-01',
      'invoice 2018-02',
      'invoice 2018-03',
      'correction 2018-01',
      'correction 2018-02',
      'invoice 2018-04',
    ]);
    expect(amounts(story.invoice('2018-04'))).toEqual([10000, 1500, 10000, 1500, 10000, 1500]);
    expect(story.invoice('2018-04').lines[2]!.corrects).toMatchObject({
      number: 'SK-000000001',
      ground: 'agreement',
      wrong: [{ taxable: '0', tax: '0' }],
      right: [{ taxable: '11500', tax: '920' }],
    });
  });

  it('an item that returned to what it was before anything was billed makes no line; after it was, one back', () => {
    const cheaper = { baseFee: '9000' } as never;
    const silent = five('2018-01').close('2018-01').quote('2018-01', cheaper).quote('2018-01');
    expect(amounts(silent.close('2018-02').invoice('2018-02'))).toEqual([10000, 1500]);
    const back = five('2018-01').close('2018-01').quote('2018-01', cheaper).close('2018-02');
    back.quote('2018-01').close('2018-03');
    expect(amounts(back.invoice('2018-02'))).toEqual([9000, 1500, -1000]);
    expect(amounts(back.invoice('2018-03'))).toEqual([10000, 1500, 1000, 1000]);
    expect(
      back
        .invoice('2018-03')
        .lines.slice(2)
        .map(({ corrects }) => corrects!.month),
    ).toEqual(['2018-01', '2018-02']);
  });
});

describe('Corrections: an invoice of a month from 2023-10 carries nothing of an ended code', () => {
  /** A fee of September 2019 on a fee-only invoice of its month; the service begins in September 2023. */
  const late = () =>
    new Story()
      .quote('2023-09')
      .accounts(5, '2023-09-01', undefined, 'rid')
      .fee('fee_1', '2019-09-10', '105')
      .fee('fee_out', '2019-09-11', '300', { taxCode: 'out-of-scope' })
      .close('2019-09')
      .start('2023-09-01');

  it('to 2023-09 it stands on the invoice, with its own tax', () => {
    const story = late().waive('fee_1').fee('fee_2', '2019-09-20', '1000').close('2023-09');
    expect(amounts(story.invoice('2023-09'))).toEqual([10000, 1500, 1000, -105]);
    expect(taxes(story.invoice('2023-09'))).toEqual([
      ['JP-STD-10-2019', 1150],
      ['JP-STD-8-2014', 71],
    ]);
    expect(story.corrections()).toEqual([]);
  });

  it('from 2023-10 those lines alone are a correction of their month; another code stands', () => {
    const story = late().close('2023-09').waive('fee_1').waive('fee_out').fee('fee_2', '2019-09-20', '1000');
    expect(kinds(story.close('2023-09', { day: '2023-10-20' }))).toHaveLength(2);
    story.close('2023-10');
    expect(kinds(story).slice(2)).toEqual(['invoice 2023-10', 'correction 2019-09']);
    expect(amounts(story.invoice('2023-10'))).toEqual([10000, 1500, -300]);
    const [correction] = story.corrections();
    expect(correction).toMatchObject({ form: 'plain', month: '2019-09', issuedOn: '2023-11-01', net: '895' });
    expect(amounts(correction!)).toEqual([1000, -105]);
    // 105 carried 8. Together 1,000: 80, so 72 more.
    expect(taxes(correction!)).toEqual([['JP-STD-8-2014', 72]]);
    // What the invoice of the same run brought down is in view before it.
    expect(correction!.lines[1]!.corrects).toMatchObject({
      wrong: [
        { taxCode: 'JP-STD-8-2014', taxable: '105', tax: '8' },
        { taxCode: 'JP-OUT', taxable: '0', tax: '0' },
      ],
      right: [
        { taxCode: 'JP-STD-8-2014', taxable: '1000', tax: '80' },
        { taxCode: 'JP-OUT', taxable: '0', tax: '0' },
      ],
    });
  });

  it('below 0 besides: both in one document of the month', () => {
    const story = new Story()
      .quote('2023-10')
      .accounts(5, '2023-10-01', undefined, 'rid')
      .fee('fee_1', '2019-09-10', '105')
      .fee('fee_out', '2019-09-11', '99999', { taxCode: 'out-of-scope' })
      .close('2019-09')
      .start('2023-10-01');
    story.waive('fee_1').waive('fee_out').close('2023-10');
    expect(kinds(story).slice(1)).toEqual(['invoice 2023-10', 'correction 2019-09']);
    expect(amounts(story.invoice('2023-10'))).toEqual([10000, 1500]);
    expect(amounts(story.corrections()[0]!)).toEqual([-105, -99999]);
    expect(taxes(story.corrections()[0]!)).toEqual([
      ['JP-STD-8-2014', -8],
      ['JP-OUT', 0],
    ]);
  });

  it('a run that is cut short between that invoice and the correction goes on to the same documents', () => {
    const told = () =>
      late().close('2023-09').waive('fee_1').waive('fee_out').fee('fee_2', '2019-09-20', '1000');
    const whole = told().close('2023-10');
    expect(whole.documents).toHaveLength(4);
    for (const killedAfter of [0, 1]) {
      const cut = told().close('2023-10', { killedAfter }).close('2023-10');
      expect(cut.documents).toEqual(whole.documents);
      expect(cut.close('2023-10').documents).toEqual(whole.documents);
    }
    const both = told().close('2023-11');
    expect(both.documents).toHaveLength(5);
    for (const killedAfter of [1, 2])
      expect(told().close('2023-11', { killedAfter }).close('2023-11').documents).toEqual(both.documents);
  });

  it('a parked contract lets them wait', () => {
    const story = late().close('2023-09').waive('fee_1');
    story.issuer = { name: '株式会社見本', registrationNumber: null };
    const plan = story.plan('2023-10');
    expect(plan).toMatchObject({ documents: [], parked: { month: '2023-10' } });
    expect(plan.waiting).toMatchObject([{ month: '2019-09', goesTo: 'correction' }]);
  });
});

describe('Corrections: fees are not rated again', () => {
  it('a fee of an issued month has a next invoice of its own: that of its month, not of the last', () => {
    const story = five('2018-01').close('2018-01').close('2018-02').fee('fee_1', '2018-01-31', '500');
    story.close('2018-03');
    expect(amounts(story.invoice('2018-03'))).toEqual([10000, 1500, 500]);
  });

  it('waived where another month’s invoice carries it: the next invoice counts from the carrier', () => {
    // January's fee stands on March, for February was issued too; an overtaken month between would come first.
    const story = five('2018-01').close('2018-01').close('2018-02').fee('fee_1', '2018-01-31', '500');
    story.close('2018-03').waive('fee_1').end('2018-03-31');
    story.close('2018-03', { day: '2018-04-10' });
    expect(kinds(story).slice(3)).toEqual(['correction 2018-03']);
    expect(story.corrections()[0]).toMatchObject({
      corrects: { number: 'SK-000000003', month: '2018-03' },
      net: '-500',
      tax: '-40',
    });
  });

  it('waived before it is on a document: nothing at all', () => {
    const story = five('2018-01').close('2018-01').fee('fee_1', '2018-01-31', '500').waive('fee_1');
    expect(story.plan('2018-02').waiting).toEqual([]);
    expect(amounts(story.close('2018-02').invoice('2018-02'))).toEqual([10000, 1500]);
  });

  it('waived by mistake and entered anew: −, ground error, and the new one on its own month', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '500').close('2018-01');
    story.waive('fee_1', 'error').fee('fee_2', '2018-01-12', '500', { taxCode: 'out-of-scope' });
    story.close('2018-02');
    const [fee, adjustment] = story.invoice('2018-02').lines.slice(2);
    expect(fee).toMatchObject({ fee: 'fee_2', taxCode: 'JP-OUT', date: '2018-01-12' });
    expect(adjustment).toMatchObject({
      taxCode: 'JP-STD-8-2014',
      date: '2018-01-10',
      corrects: { fee: 'fee_1', item: 'one-time-fee', ground: 'error' },
    });
  });
});

describe('別紙1, 1: the initial fee of 0 yen', () => {
  const accepted = (on: '2018-01-20' | '2019-09-20') =>
    new Story()
      .quote('2018-01')
      .fee('fee_0', on, '0', { kind: 'initial' })
      .accounts(5, '2018-01-01', undefined, 'rid');
  const initial = (story: Story) =>
    story.documents.flatMap(({ number, lines }) =>
      lines.flatMap(({ item }) => (item === 'initial-fee' ? [number] : [])),
    );

  it('makes no invoice by itself and stands on the first that is drawn up, behind the monthly items', () => {
    const story = accepted('2018-01-20').close('2018-01');
    expect(story.documents).toEqual([]);
    story.start('2018-02-01').fee('fee_1', '2018-02-10', '700').close('2018-02').close('2018-03');
    expect(amounts(story.invoice('2018-02'))).toEqual([10000, 1500, 0, 700]);
    expect(initial(story)).toEqual(['SK-000000001']);
  });

  it('not once more on an overtaken month, though that lies before', () => {
    const story = accepted('2018-01-20').start('2018-02-01').close('2018-02');
    story.start('2018-01-20').close('2018-03');
    expect(kinds(story)).toEqual(['invoice 2018-02', 'invoice 2018-01', 'invoice 2018-03']);
    expect(initial(story)).toEqual(['SK-000000001']);
  });

  it('keeps its own day and code, and makes no tax row: it is neither late nor an adjustment', () => {
    const story = accepted('2019-09-20').start('2023-10-01').close('2023-10');
    expect(story.invoice('2023-10').lines[2]).toMatchObject({ date: '2019-09-20', taxCode: 'JP-STD-8-2014' });
    expect(taxes(story.invoice('2023-10'))).toEqual([['JP-STD-10-2019', 1150]]);
    expect(kinds(story)).toEqual(['invoice 2023-10']);
  });
});

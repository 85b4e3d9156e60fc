import type { Yen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '../invoice/invoice.ts';
import { policyCatalogue } from '../policies/policy-catalogue.ts';
import { Story } from '../testing/story.fixture.ts';

/** net, tax and total of a document, and the amounts of its lines. */
const sums = ({ net, tax, total, lines }: Invoice) => ({
  net: Number(net),
  tax: Number(tax),
  total: Number(total),
  lines: lines.map(({ amount }) => Number(amount)),
});

/** J of the rules: 100 accounts all month, 3 on 17 days, 2 on one day; 100 from February on. January is issued. */
const j = () =>
  new Story()
    .quote('2024-01')
    .start('2024-01-01')
    .accounts(100, '2024-01-01', undefined, 'rid_all')
    .accounts(3, '2024-01-01', '2024-01-17', 'rid_17')
    .accounts(2, '2024-01-05', '2024-01-05', 'rid_1')
    .close('2024-01');

/** Five accounts from the first day on, base 10,000 `full`. */
const five = (start: '2018-01-01' = '2018-01-01') =>
  new Story().quote('2018-01').start(start).accounts(5, start, undefined, 'rid');

describe('Corrections: the table of the rules', () => {
  it('J as it is issued: 40,512 + 4,051 = 44,563', () =>
    expect(sums(j().invoice('2024-01'))).toEqual({
      net: 40512,
      tax: 4051,
      total: 44563,
      lines: [10000, 30512],
    }));

  it('J: a 17-day account found in February, another in March: +164, then +165', () => {
    const story = j().accounts(1, '2024-01-01', '2024-01-17').close('2024-02');
    expect(sums(story.invoice('2024-02'))).toEqual({
      net: 40164,
      tax: 4016,
      total: 44180,
      lines: [10000, 30000, 164],
    });
    story.accounts(1, '2024-01-15', '2024-01-31').close('2024-03');
    expect(sums(story.invoice('2024-03'))).toEqual({
      net: 40165,
      tax: 4016,
      total: 44181,
      lines: [10000, 30000, 165],
    });
    expect(story.documents).toHaveLength(3);
  });

  it('J: one all-month account ended on 20 January: −107; with a found 17-day account at once one line, +58', () => {
    const ended = j().spells('rid_all_0', [{ from: '2024-01-01', to: '2024-01-20' }]);
    const found = j()
      .spells('rid_all_0', [{ from: '2024-01-01', to: '2024-01-20' }])
      .accounts(1, '2024-01-01', '2024-01-17');
    expect(sums(ended.close('2024-02').invoice('2024-02'))).toEqual({
      net: 39593,
      tax: 3959,
      total: 43552,
      lines: [10000, 29700, -107],
    });
    expect(sums(found.close('2024-02').invoice('2024-02')).lines).toEqual([10000, 29700, 58]);
  });

  it('5 accounts; start 01-01 → 02-20 with January and February 2018 issued: March untouched, two corrections', () => {
    const story = five().close('2018-01').close('2018-02');
    expect(story.documents.map((each) => each.total)).toEqual(['12420', '12420']);
    story.start('2018-02-20').close('2018-03');
    const [, , march, january, february] = story.documents;
    expect(sums(march!)).toMatchObject({ total: 12420, lines: [10000, 1500] });
    expect(sums(january!)).toEqual({ net: -11500, tax: -920, total: -12420, lines: [-10000, -1500] });
    expect(sums(february!)).toEqual({ net: -1019, tax: -82, total: -1101, lines: [-1019] });
    expect(story.documents.map(({ kind, month }) => [kind, month]).slice(2)).toEqual([
      ['invoice', '2018-03'],
      ['correction', '2018-01'],
      ['correction', '2018-02'],
    ]);
  });

  it('5 accounts; arrival 03-20 → 02-10 (end 04-19 → 03-12) with March and April 2018 issued', () => {
    const story = five();
    for (const month of ['2018-01', '2018-02', '2018-03'] as const) story.close(month);
    story.end('2018-04-19').close('2018-04');
    expect(story.invoice('2018-04').total).toBe('11824');
    story.end('2018-03-12').close('2018-04', { day: '2018-05-10' });
    const [march, april] = story.corrections();
    expect(sums(march!)).toEqual({ net: -920, tax: -74, total: -994, lines: [-920] });
    expect(sums(april!)).toEqual({ net: -10949, tax: -875, total: -11824, lines: [-10000, -949] });
    expect(story.corrections()).toHaveLength(2);
  });

  it('a fee of 3,000 on January 2018’s invoice waived: February 8,500 + 680 = 9,180', () => {
    const story = five().fee('fee_1', '2018-01-10', '3000').close('2018-01');
    expect(story.invoice('2018-01').net).toBe('14500');
    story.waive('fee_1').close('2018-02');
    expect(sums(story.invoice('2018-02'))).toEqual({
      net: 8500,
      tax: 680,
      total: 9180,
      lines: [10000, 1500, -3000],
    });
  });

  it('a fee of 3,000 found for an ended contract’s last month: correction 3,000 + 240 = 3,240', () => {
    const story = five()
      .end('2018-01-31')
      .close('2018-01')
      .fee('fee_1', '2018-01-20', '3000')
      .close('2018-02');
    const [correction] = story.corrections();
    expect(sums(correction!)).toEqual({ net: 3000, tax: 240, total: 3240, lines: [3000] });
    expect(correction!.lines[0]).toMatchObject({
      item: 'one-time-fee',
      fee: 'fee_1',
      corrects: { ground: 'error' },
    });
    expect(story.documents).toHaveLength(2);
  });

  it.each([
    ['2024-01-20', [10000, 300, -1613, -48], 8639, 863, 9502],
    ['2024-01-10', [10000, 300, 1613, 48], 11961, 1196, 13157],
  ] as const)('`prorated`, one account since 10 Jan 2024, start 15 → %s', (start, lines, net, tax, total) => {
    const story = new Story()
      .quote('2024-01', { baseFeeInPartialMonth: 'prorated' })
      .start('2024-01-15')
      .accounts(1, '2024-01-10')
      .close('2024-01')
      .start(start)
      .close('2024-02');
    expect(sums(story.invoice('2024-02'))).toEqual({ net, tax, total, lines: [...lines] });
  });

  it('October 2019 with +170 for September: 4,051 at 10 % and 13 at the old 8 %', () => {
    const story = new Story()
      .quote('2019-09')
      .start('2019-09-01')
      .accounts(100, '2019-09-01', undefined, 'rid_all')
      .accounts(3, '2019-10-01', '2019-10-17', 'rid_17')
      .accounts(2, '2019-10-05', '2019-10-05', 'rid_1')
      .close('2019-09')
      .accounts(1, '2019-09-14', '2019-09-30');
    story.close('2019-10');
    expect(story.invoice('2019-10').taxes).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '40512', tax: '4051' },
      { taxCode: 'JP-STD-8-2014', rate: '8', taxable: '169', tax: '13' },
    ]);
  });
});

describe('Corrections: where a difference goes', () => {
  it('waits for the next invoice up to the run’s month in Japan, whatever month is closed', () => {
    const story = j().accounts(1, '2024-01-01', '2024-01-17').close('2024-01', { day: '2024-02-10' });
    expect(story.documents).toHaveLength(1);
    expect(story.plan('2024-01', { day: '2024-02-10' }).waiting).toMatchObject([
      {
        month: '2024-01',
        goesTo: 'next-invoice',
        amount: '164',
        issued: '30512',
        shouldBe: '30676',
        ground: 'error',
      },
    ]);
  });

  it('nothing waits and nothing is billed for a change without a yen', () => {
    const story = j().spells('rid_17_0', [{ from: '2024-01-02', to: '2024-01-18' }]);
    expect(story.plan('2024-02')).toMatchObject({ waiting: [], documents: [{ draft: { net: '40000' } }] });
  });

  it('0 stands on the invoice, −1 does not', () => {
    const story = (waived: Yen) =>
      five().fee('fee_1', '2018-01-10', waived).close('2018-01').waive('fee_1').close('2018-02');
    const stands = story('11500').invoice('2018-02');
    expect(stands).toMatchObject({ net: '0', tax: '0', total: '0' });
    expect(stands).not.toHaveProperty('apart');
    const apart = story('11501');
    expect(apart.invoice('2018-02')).toMatchObject({ net: '11500', apart: ['SK-000000001'] });
    expect(sums(apart.corrections('2018-01')[0]!)).toMatchObject({ net: -11501, tax: -920 });
  });

  it('a late fee stays on the invoice that adjustments do not stand on', () => {
    const story = five().fee('fee_1', '2018-01-10', '40000').close('2018-01');
    story.waive('fee_1').fee('fee_2', '2018-01-11', '500').close('2018-02');
    expect(sums(story.invoice('2018-02')).lines).toEqual([10000, 1500, 500]);
    expect(sums(story.corrections()[0]!).lines).toEqual([-40000]);
  });

  it('a late fee of an issued month goes as its own line to the next invoice, and is not moved again', () => {
    const story = five().close('2018-01').fee('fee_1', '2018-01-10', '3000').close('2018-02');
    const line = story.invoice('2018-02').lines[2]!;
    expect(line).toMatchObject({ item: 'one-time-fee', fee: 'fee_1', amount: '3000', date: '2018-01-10' });
    expect(line).not.toHaveProperty('corrects');
    story.waive('fee_1').close('2018-03');
    expect(story.invoice('2018-03').lines[2]).toMatchObject({
      amount: '-3000',
      quantity: '-1',
      unitPrice: '3000',
      corrects: {
        number: 'SK-000000002',
        month: '2018-02',
        item: 'one-time-fee',
        fee: 'fee_1',
        ground: 'agreement',
      },
    });
  });

  it('a fee waived that a correction carries is a difference of the invoice that this corrected', () => {
    const story = five()
      .end('2018-01-31')
      .close('2018-01')
      .fee('fee_1', '2018-01-20', '3000')
      .close('2018-02');
    story.waive('fee_1', 'error').close('2018-03');
    expect(story.corrections().map(sums)).toMatchObject([
      { net: 3000, tax: 240 },
      { net: -3000, tax: -240 },
    ]);
    expect(story.corrections()[1]!.lines[0]!.corrects).toMatchObject({ month: '2018-01', ground: 'error' });
  });

  it('an invoice from 2023-10 carries nothing of the old 8 %: those lines are a correction in its run', () => {
    const story = new Story()
      .quote('2019-09')
      .start('2019-09-01')
      .accounts(5, '2019-09-01', undefined, 'rid')
      .close('2019-09')
      .end('2019-09-30')
      .close('2019-10');
    // The end is taken back, and four years later an account and two fees of September 2019 are found.
    story
      .fee('fee_8', '2019-09-10', '1000')
      .fee('fee_out', '2019-09-11', '700', { taxCode: 'out-of-scope' })
      .accounts(1, '2019-09-01', '2019-09-30');
    story.end(undefined).start('2023-10-01');
    const plan = story.plan('2023-09', { day: '2023-10-05' });
    expect(plan.documents).toEqual([]);
    expect(
      plan.waiting.map(({ goesTo, item, fee, amount }) => [goesTo, item === 'one-time-fee' ? fee : amount]),
    ).toEqual([
      ['correction', '-10000'],
      ['correction', '-1500'],
      ['correction', 'fee_8'],
      ['next-invoice', 'fee_out'],
    ]);
    story.close('2023-10');
    expect(sums(story.invoice('2023-10')).lines).toEqual([10000, 1500, 700]);
    const [correction] = story.corrections();
    expect(correction).toMatchObject({
      month: '2019-09',
      form: 'plain',
      period: { from: '2019-09-01', to: '2019-09-30' },
    });
    expect(sums(correction!)).toMatchObject({ lines: [1000, -10000, -1500], net: -10500, tax: -840 });
  });

  it('an overtaken month is the next invoice of the months before it', () => {
    const story = new Story().quote('2018-01').accounts(5, '2018-01-01', undefined, 'rid');
    story.fee('fee_1', '2018-01-10', '3000').close('2018-01');
    story.fee('fee_3', '2018-03-10', '3000').close('2018-03');
    story.start('2018-01-01').close('2018-01', { day: '2018-04-02' });
    expect(story.documents.map(({ kind, month, net }) => [kind, month, net])).toEqual([
      ['invoice', '2018-01', '3000'],
      ['invoice', '2018-03', '3000'],
      ['invoice', '2018-02', '23000'],
    ]);
    expect(sums(story.invoice('2018-02')).lines).toEqual([10000, 1500, 10000, 1500]);
    expect(story.plan('2018-01', { day: '2018-04-02' }).waiting).toMatchObject([
      { month: '2018-03', goesTo: 'next-invoice', item: 'base', amount: '10000' },
      { month: '2018-03', item: 'account-usage', amount: '1500' },
    ]);
  });

  it('an item newly owed in an issued month takes that month’s code', () => {
    const story = new Story().quote('2019-09').accounts(5, '2019-09-01', undefined, 'rid');
    story.fee('fee_1', '2019-09-10', '3000', { taxCode: 'out-of-scope' }).close('2019-09');
    story.start('2019-09-01').close('2019-10');
    expect(story.invoice('2019-10').lines.map(({ taxCode, amount }) => [taxCode, amount])).toEqual([
      ['JP-STD-10-2019', '10000'],
      ['JP-STD-10-2019', '1500'],
      ['JP-STD-8-2014', '10000'],
      ['JP-STD-8-2014', '1500'],
    ]);
    expect(story.invoice('2019-10').lines[2]!.corrects).toMatchObject({
      item: 'base',
      ground: 'error',
      wrong: [{ taxCode: 'JP-OUT', taxable: '3000', tax: '0' }],
      right: [
        { taxCode: 'JP-STD-8-2014', rate: '8', taxable: '11500', tax: '920' },
        { taxCode: 'JP-OUT', taxable: '3000', tax: '0' },
      ],
    });
  });
});

describe('Corrections: a parked contract', () => {
  const parkedOf = (story: Story, month: '2018-03' | '2018-02' | '2024-02') => {
    const { documents, parked, waiting } = story.plan(month);
    return {
      documents: documents.map(({ draft }) => [draft.kind, draft.month]),
      parked: parked && [parked.month, parked.reason.code],
      waiting: waiting.map(({ month: of, goesTo }) => [of, goesTo]),
    };
  };

  it('an issued month that cannot be rated again parks it from that month on', () => {
    const story = new Story().accounts(5, '2018-01-01', undefined, 'rid').fee('fee_1', '2018-01-10', '3000');
    story.close('2018-01').start('2018-01-01').quote('2018-02');
    expect(parkedOf(story, '2018-02')).toEqual({
      documents: [],
      parked: ['2018-01', 'no-governing-quote'],
      waiting: [],
    });
  });

  it('a policy that is not known any more parks it, late fees and all', () => {
    const catalogue = policyCatalogue([{ version: 'gone', from: '2018-01' }]);
    if (!catalogue.ok) throw new Error(catalogue.error.detail);
    const story = new Story(catalogue.value).quote('2018-01').start('2018-01-01').close('2018-01');
    story.fee('fee_1', '2018-01-10', '100').forgetPolicies();
    expect(parkedOf(story, '2018-02')).toEqual({
      documents: [],
      parked: ['2018-01', 'not-ratable'],
      waiting: [['2018-01', 'next-invoice']],
    });
  });

  it('what lies before the parked month goes out with its adjustments; no correction is made, below 0 included', () => {
    const story = new Story()
      .quote('2018-01')
      .start('2018-01-01')
      .accounts(5, '2018-01-01', undefined, 'rid');
    story.fee('fee_1', '2018-01-10', '40000').close('2018-01');
    story.waive('fee_1').fee('fee_2', '2018-03-10', '100').end('2018-02-28');
    for (let n = 0; n < 500; n += 1) story.fee(`fee_m${n}`, '2018-03-11', '1');
    expect(parkedOf(story, '2018-03')).toEqual({
      documents: [['invoice', '2018-02']],
      parked: ['2018-03', 'too-many-lines'],
      waiting: [['2018-01', 'next-invoice']],
    });
    expect(story.plan('2018-03').documents[0]!.draft.apart).toEqual(['SK-000000001']);
    expect(story.plan('2018-03').documents[0]!.draft.net).toBe('11500');
  });

  it('a missing registration number parks a correction like an invoice', () => {
    const story = j().end('2024-01-31').waive('fee_none');
    story.spells('rid_all_0', [{ from: '2024-01-01', to: '2024-01-20' }]);
    story.issuer = { name: '株式会社見本', registrationNumber: null };
    expect(parkedOf(story, '2024-02')).toEqual({
      documents: [],
      parked: ['2024-01', 'no-registration-number'],
      waiting: [['2024-01', 'correction']],
    });
  });
});

describe('Corrections: what a document says of them', () => {
  it('names the original, wrong and right per rate, causes and ground, the same rates on each line', () => {
    const story = five()
      .close('2018-01')
      .quote('2018-01', { baseFee: '9000', accountFee: '200' } as never)
      .close('2018-02');
    const lines = story.invoice('2018-02').lines.slice(2);
    expect(lines.map(({ item, quantity, unitPrice, amount }) => [item, quantity, unitPrice, amount])).toEqual(
      [
        ['adjustment', '-1', '1000', '-1000'],
        ['adjustment', '-1', '500', '-500'],
      ],
    );
    for (const { corrects } of lines)
      expect(corrects).toMatchObject({
        number: 'SK-000000001',
        issuedOn: '2018-02-01',
        month: '2018-01',
        ground: 'agreement',
        causes: [{ stream: 'story', revision: 4 }],
        wrong: [{ taxCode: 'JP-STD-8-2014', rate: '8', taxable: '11500', tax: '920' }],
        right: [{ taxCode: 'JP-STD-8-2014', rate: '8', taxable: '10000', tax: '800' }],
      });
  });

  it('the ground is an error where one cause is none by agreement; a start set for the first time is', () => {
    const story = five()
      .close('2018-01')
      .quote('2018-01', { baseFee: '9000' } as never)
      .accounts(1, '2018-01-01');
    const [base, usage] = story.close('2018-02').invoice('2018-02').lines.slice(2);
    expect([base!.corrects!.ground, usage!.corrects!.ground]).toEqual(['agreement', 'error']);
    expect(usage!.corrects!.causes).toHaveLength(2);
  });

  it('what the last document took into account is no cause of the next difference', () => {
    const story = five().close('2018-01').accounts(1, '2018-01-01').close('2018-02');
    story.quote('2018-01', { accountFee: '400' } as never).close('2018-03');
    const line = story.invoice('2018-03').lines.find(({ corrects }) => corrects?.month === '2018-01')!;
    expect(line.corrects).toMatchObject({ ground: 'agreement', causes: [{ revision: 5 }] });
  });

  it('names 20 causes and counts the others', () => {
    const story = five().close('2018-01');
    for (let n = 0; n < 25; n += 1) story.accounts(1, '2018-01-01', '2018-01-31');
    const { corrects } = story.close('2018-02').invoice('2018-02').lines[2]!;
    expect([corrects!.causes.length, corrects!.moreCauses]).toEqual([20, 5]);
  });

  it('a correction has its month’s form, period, policy and terms, and is due from the month of its issue', () => {
    const story = five()
      .end('2018-01-31')
      .close('2018-01')
      .accounts(1, '2018-01-01')
      .close('2018-05', { day: '2018-06-03' });
    expect(story.corrections()[0]).toMatchObject({
      kind: 'correction',
      month: '2018-01',
      form: 'plain',
      issuedOn: '2018-06-03',
      dueOn: '2018-07-31',
      period: { from: '2018-01-01', to: '2018-01-31' },
      corrects: { number: 'SK-000000001', issuedOn: '2018-02-01', month: '2018-01' },
      inputs: { policyVersion: '2016-03.1', termsVersion: '2018-01-01', ruleVersion: '2018-01-01.3' },
      basis: { again: [{ number: 'SK-000000001', month: '2018-01', usedDays: [[31, 6]] }] },
    });
  });

  it('changed policies never re-rate an issued month', () => {
    const catalogue = policyCatalogue([
      { version: 'up', from: '2018-02', yenRounding: 'ceil', taxRounding: 'ceil' },
    ]);
    if (!catalogue.ok) throw new Error(catalogue.error.detail);
    const story = new Story(catalogue.value).quote('2018-01').start('2018-01-01').accounts(3, '2018-01-15');
    story.close('2018-01').close('2018-02');
    expect(story.documents.map(({ net }) => net)).toEqual(['10493', '10900']);
    story.end('2018-02-28').accounts(1, '2018-01-15', '2018-01-31').close('2018-03');
    const [correction] = story.corrections();
    expect(sums(correction!)).toMatchObject({ net: 164, tax: 13 });
    expect(correction!.inputs.policyVersion).toBe('2016-03.1');
  });

  it('adjustments stand by month, then base, usage, fees by day then entry, behind everything else', () => {
    const story = five()
      .fee('fee_b', '2018-01-20', '10')
      .fee('fee_a', '2018-01-10', '10')
      .fee('fee_c', '2018-01-10', '10');
    story
      .close('2018-01')
      .close('2018-02')
      .fee('fee_late', '2018-02-01', '77')
      .fee('fee_own', '2018-03-01', '5');
    for (const fee of ['fee_b', 'fee_a', 'fee_c'] as const) story.waive(fee);
    story.quote('2018-01', { baseFee: '9000', accountFee: '200' } as never).close('2018-03');
    expect(
      story
        .invoice('2018-03')
        .lines.map(({ item, fee, corrects }) =>
          corrects === undefined ? (fee ?? item) : `${corrects.month} ${corrects.fee ?? corrects.item}`,
        ),
    ).toEqual([
      'base',
      'account-usage',
      'fee_late',
      'fee_own',
      '2018-01 base',
      '2018-01 account-usage',
      '2018-01 fee_a',
      '2018-01 fee_c',
      '2018-01 fee_b',
      '2018-02 base',
      '2018-02 account-usage',
    ]);
  });
});

describe('Corrections: a run that is cut short', () => {
  it('makes the corrections that its invoice left apart when it goes on', () => {
    const whole = five().close('2018-01').close('2018-02').start('2018-02-20').close('2018-03');
    for (const killedAfter of [0, 1, 2]) {
      const cut = five()
        .close('2018-01')
        .close('2018-02')
        .start('2018-02-20')
        .close('2018-03', { killedAfter });
      expect(cut.close('2018-03').documents).toEqual(whole.documents);
      expect(cut.close('2018-03').documents).toEqual(whole.documents);
    }
  });
});

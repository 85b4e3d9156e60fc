import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '../invoice/invoice.ts';
import { policyCatalogue } from '../policies/policy-catalogue.ts';
import { Story } from '../testing/story.fixture.ts';

/** A base fee and no account. */
const base = (
  baseFee: string,
  first: '2018-01' | '2019-09' | '2024-01' = '2024-01',
  policies?: readonly unknown[],
) => {
  const catalogue = policyCatalogue(policies ?? []);
  if (!catalogue.ok) throw new Error(catalogue.error.detail);
  return new Story(catalogue.value).quote(first, { baseFee } as never).start(`${first}-01`);
};

const sums = ({ net, tax }: Invoice) => [Number(net), Number(tax)];
const rates = (document: Invoice, line = 0) => {
  const { wrong, right } = document.lines[line]!.corrects!;
  return [wrong, right].map((rows) => rows.map(({ taxable, tax }) => [Number(taxable), Number(tax)]));
};

describe('Corrections: for tax a correction document is one with its invoice', () => {
  it('a second and a third correction: per code, the tax on all of it less the tax that it carries', () => {
    const story = base('305').end('2024-01-31').close('2024-01');
    story.fee('fee_1', '2024-01-10', '105').close('2024-02');
    story.fee('fee_2', '2024-01-11', '105').close('2024-03').waive('fee_1').close('2024-04');
    // 305: 30. 410: 41, so 11, though 105 alone carry 10. 515: 51, so 10. 410: 41, so −10.
    expect(story.documents.map(sums)).toEqual([
      [305, 30],
      [105, 11],
      [105, 10],
      [-105, -10],
    ]);
    expect(story.corrections().map((each) => rates(each))).toEqual([
      [[[305, 30]], [[410, 41]]],
      [[[410, 41]], [[515, 51]]],
      [[[515, 51]], [[410, 41]]],
    ]);
  });

  it('lines that cancel each other may still carry the yen that was missing', () => {
    const story = base('305').fee('fee_1', '2024-01-10', '5').end('2024-01-31').close('2024-01');
    story.waive('fee_1').fee('fee_2', '2024-01-11', '5').close('2024-02');
    expect(sums(story.documents[1]!)).toEqual([0, 0]);
    expect(story.documents[1]!.taxes).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '0', tax: '0' },
    ]);
  });

  it('the invoice as a whole, with the adjustments of other months that stand on it', () => {
    // January 305 (30); 4 of it are waived on February: 301 (30). February is the last month, and 6 of it are waived.
    const story = base('305')
      .fee('fee_1', '2024-01-10', '4')
      .fee('fee_2', '2024-02-10', '6')
      .close('2024-01');
    story.waive('fee_1').end('2024-02-29').close('2024-02').waive('fee_2').close('2024-03');
    expect(story.documents.map(sums)).toEqual([
      [309, 30],
      [305 + 6 - 4, 30],
      // 301 carry 30 as 307 do: nothing. By its own items, 311 → 305, it would be −1.
      [-6, 0],
    ]);
    expect(rates(story.documents[2]!)).toEqual([[[307, 30]], [[301, 30]]]);
  });

  it('not what stands on other invoices: those adjustments are rounded there', () => {
    const story = base('305').fee('fee_1', '2024-01-10', '5').close('2024-01');
    story.quote('2024-01', { baseFee: '314' } as never).quote('2024-02', { baseFee: '305' } as never);
    story.end('2024-02-29').close('2024-02').waive('fee_1').close('2024-03');
    expect(story.documents.map(sums)).toEqual([
      [310, 31],
      [305 + 9, 31],
      // 310 carry 31, 305 carry 30. With the 9 that stand on February it would be 31 less 31.
      [-5, -1],
    ]);
    // Wrong and right look at all of it: 319 → 314.
    expect(rates(story.documents[2]!)).toEqual([[[319, 31]], [[314, 31]]]);
  });

  it('a moved start takes back month and adjustment, to the last yen of tax', () => {
    const story = new Story()
      .quote('2024-01')
      .start('2024-01-01')
      .accounts(100, '2024-01-01', undefined, 'rid_all')
      .accounts(3, '2024-01-01', '2024-01-17', 'rid_17')
      .accounts(2, '2024-01-05', '2024-01-05', 'rid_1')
      .close('2024-01');
    story.spells('rid_all_0', [{ from: '2024-01-01', to: '2024-01-20' }]).close('2024-02');
    story.start('2024-03-01').close('2024-03');
    // January: 40,512 − 40,405 = 107 carry 10 of 4,051. February: 39,593 − 39,700 = −107 carry −10 of 3,959.
    expect(story.documents.map(sums)).toEqual([
      [40512, 4051],
      [39593, 3959],
      [39700, 3970],
      [-40405, -4041],
      [-39700, -3969],
    ]);
    expect(rates(story.documents[3]!)).toEqual([[[40405, 4040]], [[0, 0]]]);
  });

  it('by the policy of the invoice, also where another holds for the month of the run', () => {
    const policies = [
      { version: 'up', from: '2024-01', taxRounding: 'ceil' },
      { version: 'down', from: '2024-02', taxRounding: 'floor' },
    ];
    const story = base('301', '2024-01', policies).end('2024-01-31').close('2024-01');
    story.fee('fee_1', '2024-01-10', '101').close('2024-02');
    // 301: 31. 402: 41, so 10.
    expect(story.documents.map(sums)).toEqual([
      [301, 31],
      [101, 10],
    ]);
    expect(story.documents[1]!.inputs.policyVersion).toBe('up');
    expect(rates(story.documents[1]!)).toEqual([[[301, 31]], [[402, 41]]]);
  });

  it('an adjustment is rounded with its carrier, by its policy; wrong and right by that of the invoice', () => {
    const policies = [
      { version: 'up', from: '2024-01', taxRounding: 'ceil' },
      { version: 'down', from: '2024-02', taxRounding: 'floor' },
    ];
    const story = base('301', '2024-01', policies).fee('fee_1', '2024-01-10', '104').close('2024-01');
    story.waive('fee_1').close('2024-02');
    expect(story.documents.map(sums)).toEqual([
      [405, 41],
      [197, 19],
    ]);
    expect(rates(story.documents[1]!, 2)).toEqual([[[405, 41]], [[301, 31]]]);
  });

  it('a code of its own for each late fee: one row each, the highest rate first, out of scope last', () => {
    const story = base('305', '2019-09').end('2019-10-31').close('2019-10');
    story.fee('fee_o', '2019-10-02', '7', { taxCode: 'out-of-scope' }).fee('fee_1', '2019-10-01', '105');
    story.fee('fee_0', '2019-09-30', '105').close('2019-11');
    const [september, october] = story.corrections();
    // 305 at 8 %: 24; 410: 32, so 8.
    expect(september!.taxes).toEqual([{ taxCode: 'JP-STD-8-2014', rate: '8', taxable: '105', tax: '8' }]);
    expect(october!.taxes).toEqual([
      { taxCode: 'JP-STD-10-2019', rate: '10', taxable: '105', tax: '11' },
      { taxCode: 'JP-OUT', taxable: '7', tax: '0' },
    ]);
    expect(october!.lines.map(({ fee }) => fee)).toEqual(['fee_1', 'fee_o']);
    expect(rates(october!, 1)).toEqual([
      [[305, 30]],
      [
        [410, 41],
        [7, 0],
      ],
    ]);
  });

  it('an item newly owed takes the code of its month, on a correction as well', () => {
    const story = new Story().quote('2019-09', { baseFee: '305' } as never).fee('fee_1', '2019-09-10', '105');
    story.close('2019-09').end('2019-09-30').start('2019-09-01').close('2019-10');
    const [correction] = story.corrections();
    expect(correction!.lines[0]).toMatchObject({
      taxCode: 'JP-STD-8-2014',
      date: '2019-09-30',
      amount: '305',
    });
    // 105: 8. 410: 32, so 24.
    expect(sums(correction!)).toEqual([305, 24]);
  });

  it('below 0 it is due like any other: by the month of its issue, from the term that holds', () => {
    const story = base('305').fee('fee_1', '2024-01-10', '105').end('2024-01-31').close('2024-01');
    story.waive('fee_1').close('2024-02', { day: '2024-03-31' });
    // 30 April 2024 is a Tuesday on which banks are open.
    expect(story.corrections()[0]).toMatchObject({
      total: '-116',
      issuedOn: '2024-03-31',
      dueOn: '2024-04-30',
    });
  });
});

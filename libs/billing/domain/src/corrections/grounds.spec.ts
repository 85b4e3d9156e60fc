import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '../invoice/invoice.ts';
import { Story } from '../testing/story.fixture.ts';

/** Facts 1 to 3; January 2018 is issued. */
const january = () =>
  new Story()
    .quote('2018-01')
    .start('2018-01-01')
    .accounts(5, '2018-01-01', undefined, 'rid')
    .close('2018-01');

/** Of each line that corrects: what, its ground, and the facts that caused it, by their place in the story. */
const grounds = ({ lines }: Invoice) =>
  lines.flatMap(({ corrects }) =>
    corrects === undefined
      ? []
      : [
          [
            `${corrects.month} ${corrects.fee ?? corrects.item}`,
            corrects.ground,
            ...corrects.causes.map(({ revision }) => revision),
          ],
        ],
  );

describe('Corrections: ground and causes', () => {
  it('agreement where every cause is one, for each item by itself', () => {
    const story = january()
      .quote('2018-01', { baseFee: '9000', accountFee: '200' } as never)
      .accounts(1, '2018-01-31')
      .close('2018-02');
    expect(grounds(story.invoice('2018-02'))).toEqual([
      ['2018-01 base', 'agreement', 4],
      ['2018-01 account-usage', 'error', 4, 5],
    ]);
  });

  it('a start that is moved is an agreement; one set for the first time is not, though it be moved afterwards', () => {
    const moved = january().start('2018-01-11').close('2018-02');
    expect(grounds(moved.invoice('2018-02'))).toEqual([['2018-01 account-usage', 'agreement', 4]]);
    const late = new Story().quote('2018-01').accounts(1, '2018-01-01').fee('fee_1', '2018-01-10', '500');
    late.close('2018-01').start('2018-01-21').start('2018-01-01').close('2018-02');
    expect(grounds(late.invoice('2018-02'))).toEqual([
      ['2018-01 base', 'error', 4, 5],
      ['2018-01 account-usage', 'error', 4, 5],
    ]);
  });

  it('what a document rated a month by is no cause of what comes after it, also of an item that did not differ then', () => {
    const story = january()
      .quote('2018-01', { baseFee: '9000' } as never)
      .spells('rid_0', [{ from: '2018-01-01', to: '2018-01-31' }])
      .close('2018-02');
    expect(grounds(story.invoice('2018-02'))).toEqual([['2018-01 base', 'agreement', 4]]);
    story.quote('2018-01', { baseFee: '9000', accountFee: '200' } as never).close('2018-03');
    expect(grounds(story.invoice('2018-03')).slice(0, 1)).toEqual([
      ['2018-01 account-usage', 'agreement', 6],
    ]);
  });

  it('a late fee on a correction is an error; waived there, by its waiver alone', () => {
    const story = january().end('2018-01-31').fee('fee_1', '2018-01-10', '500').close('2018-02');
    expect(grounds(story.corrections()[0]!)).toEqual([['2018-01 fee_1', 'error', 5]]);
    story.waive('fee_1').close('2018-03');
    expect(grounds(story.corrections()[1]!)).toEqual([['2018-01 fee_1', 'agreement', 6]]);
  });

  it('what a document of its own corrected is known to the next', () => {
    const story = new Story()
      .quote('2018-01')
      .start('2018-01-01')
      .end('2018-01-31')
      .close('2018-01')
      .quote('2018-01', { baseFee: '9000' } as never)
      .close('2018-02')
      .quote('2018-01', { baseFee: '8000' } as never)
      .close('2018-03');
    expect(story.corrections().map(grounds)).toEqual([
      [['2018-01 base', 'agreement', 4]],
      [['2018-01 base', 'agreement', 5]],
    ]);
  });
});

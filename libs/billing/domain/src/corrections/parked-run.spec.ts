import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '../invoice/invoice.ts';
import { Story } from '../testing/story.fixture.ts';

const kinds = (story: Story) => story.documents.map(({ kind, month }) => `${kind} ${month}`);
const amounts = ({ lines }: Invoice) => lines.map(({ amount }) => Number(amount));
const numberless = { name: '株式会社見本', registrationNumber: null };

/**
 * A fee of July 2023 is waived that August could not bear (12,650 − 14,300), and September could. October has no registration number
 * and parks the contract.
 */
const parked = () => {
  const story = new Story()
    .quote('2023-08')
    .accounts(5, '2023-08-01', undefined, 'rid')
    .fee('fee_7', '2023-07-10', '13000')
    .close('2023-07')
    .start('2023-08-01')
    .fee('fee_9', '2023-09-10', '5000')
    .waive('fee_7');
  story.issuer = numberless;
  return story;
};

describe('Corrections: a parked contract gets no correction, below 0 included: those differences wait', () => {
  it('not on a later invoice of the same run either, for that is not the next one', () => {
    const story = parked().close('2023-10');
    expect(kinds(story)).toEqual(['invoice 2023-07', 'invoice 2023-08', 'invoice 2023-09']);
    expect(amounts(story.invoice('2023-09'))).toEqual([10000, 1500, 5000]);
    expect(story.documents.map(({ apart }) => apart)).toEqual([undefined, ['SK-000000001'], undefined]);
  });

  it('nor where such a later invoice is derived again by itself', () => {
    const story = parked().close('2023-10');
    for (const { number, lines, apart } of story.documents.slice(1))
      expect(story.derivedAgain(number)).toMatchObject({ lines, ...(apart && { apart }) });
  });

  it('a run that is cut short between the two goes on to the same documents', () => {
    const whole = parked().close('2023-10');
    for (const killedAfter of [0, 1, 2]) {
      const cut = parked().close('2023-10', { killedAfter }).close('2023-10');
      expect(cut.documents).toEqual(whole.documents);
    }
  });

  it('another run, of the same day as well, lets them stand on the next invoice', () => {
    const story = parked().close('2023-10');
    story.issuer = { ...numberless, registrationNumber: 'T7123456789012' };
    story.fee('fee_10', '2023-10-10', '5000').close('2023-10');
    expect(kinds(story).slice(3)).toEqual(['invoice 2023-10']);
    expect(amounts(story.invoice('2023-10'))).toEqual([10000, 1500, 5000, -13000]);
  });
});

import type { Yen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import { Story } from '../testing/story.fixture.ts';

const CODE = 'JP-STD-10-2019';

/** January 2024: a base fee of 305 and no account. */
const january = () =>
  new Story()
    .quote('2024-01', { baseFee: '305' } as never)
    .start('2024-01-01')
    .close('2024-01');
const crediting = (story: Story, amount: Yen, number = 'SK-000000001') =>
  Number(story.credit(number, amount, CODE, '2024-03-05').tax);

describe('Credit notes: at most what is billed for month and code over all documents, less earlier notes', () => {
  it('differences that wait are ignored, up and down', () => {
    const up = january().fee('fee_1', '2024-01-10', '100');
    expect(() => crediting(up, '306')).toThrow('credit-exceeds-billed');
    const down = january().quote('2024-01', { baseFee: '5' } as never);
    expect(crediting(down, '305')).toBe(-30);
  });

  it('a correction between two notes moves the limit, and the rest of the tax with it', () => {
    const story = january().end('2024-01-31');
    expect(crediting(story, '205')).toBe(-20);
    story.fee('fee_1', '2024-01-10', '105').close('2024-02');
    expect(() => crediting(story, '206')).toThrow('credit-exceeds-billed');
    // 410 carry 41; 20 are returned.
    expect(crediting(story, '205')).toBe(-21);
  });

  it('lowered below what is credited, nothing more can be; raised again, what is above it', () => {
    const story = january().end('2024-01-31');
    crediting(story, '205');
    story.quote('2024-01', { baseFee: '100' } as never).close('2024-02');
    expect(() => crediting(story, '1')).toThrow('credit-exceeds-billed');
    story.quote('2024-01', { baseFee: '215' } as never).close('2024-03');
    // 215 carry 21; 20 are returned.
    expect(crediting(story, '10')).toBe(-1);
    expect(() => crediting(story, '1')).toThrow('credit-exceeds-billed');
  });

  it('after a note to 0 a month that is billed more can be credited again', () => {
    const story = january().end('2024-01-31');
    expect(crediting(story, '305')).toBe(-30);
    story.fee('fee_1', '2024-01-10', '5').close('2024-02');
    // 310 carry 31; 30 are returned.
    expect(crediting(story, '5')).toBe(-1);
  });

  it('what another invoice carries for the month counts, what the month carries for another does not', () => {
    const story = january().fee('fee_1', '2024-01-10', '100');
    story.quote('2024-01', { baseFee: '405' } as never).close('2024-02');
    // February: 405, January’s late fee of 100, +100 for January’s base fee.
    expect(story.invoice('2024-02').net).toBe('605');
    expect(() => crediting(story, '406')).toThrow('credit-exceeds-billed');
    expect(crediting(story, '405')).toBe(-40);
    // The fee is February’s, whose invoice carries it: 505.
    expect(() => crediting(story, '506', 'SK-000000002')).toThrow('credit-exceeds-billed');
    expect(crediting(story, '505', 'SK-000000002')).toBe(-50);
  });

  it('each code has its own limit', () => {
    const story = new Story()
      .quote('2019-09', { baseFee: '305' } as never)
      .start('2019-09-01')
      .fee('fee_1', '2019-09-10', '700', { taxCode: 'out-of-scope' })
      .close('2019-09');
    expect(() => story.credit('SK-000000001', '306', 'JP-STD-8-2014', '2024-03-05')).toThrow(
      'credit-exceeds',
    );
    expect(story.credit('SK-000000001', '700', 'JP-OUT', '2024-03-05')).toMatchObject({
      net: '-700',
      tax: '0',
      total: '-700',
      taxes: [{ taxCode: 'JP-OUT', taxable: '-700', tax: '0' }],
    });
    expect(story.documents.at(-1)!.taxes[0]).not.toHaveProperty('rate');
    expect(story.credit('SK-000000001', '305', 'JP-STD-8-2014', '2024-03-05').tax).toBe('-24');
  });

  it('5 yen carry no tax, never −0', () => {
    expect(january().credit('SK-000000001', '5', CODE, '2024-03-05')).toMatchObject({
      tax: '0',
      total: '-5',
    });
  });

  it('a note leaves the next correction and its tax as they are', () => {
    const story = january().end('2024-01-31');
    crediting(story, '105');
    story.fee('fee_1', '2024-01-10', '105').close('2024-02');
    expect(story.corrections()[0]).toMatchObject({
      net: '105',
      tax: '11',
      lines: [
        { corrects: { wrong: [{ taxable: '305', tax: '30' }], right: [{ taxable: '410', tax: '41' }] } },
      ],
    });
  });
});

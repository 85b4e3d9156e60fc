import { describe, expect, it } from '@jest/globals';
import { addMonths, dayOfNumber, firstDayOf, numberOfDay, type ServiceMonth } from '@smartkey/calendar';
import fc from 'fast-check';
import type { Invoice } from '../invoice/invoice.ts';
import { Story } from '../testing/story.fixture.ts';
import type { Waiting } from './contract-plan.ts';

const five = (first: ServiceMonth) =>
  new Story().quote(first).start(firstDayOf(first)).accounts(5, firstDayOf(first), undefined, 'rid');
const going = (waiting: readonly Waiting[]) =>
  waiting.map(({ month, amount, goesTo, next }) => [month, Number(amount), goesTo, next]);

describe('Corrections: where what waits is going', () => {
  it('to a correction, where the next invoice would come below 0', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '20000').close('2018-01').waive('fee_1');
    expect(going(story.foreseen('2018-02-10'))).toEqual([['2018-01', -20000, 'correction', undefined]]);
    story.close('2018-02');
    expect(story.documents.map(({ kind }) => kind)).toEqual(['invoice', 'invoice', 'correction']);
  });

  it('all of it, also what raises', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '20000').close('2018-01');
    story.waive('fee_1').accounts(1, '2018-01-01', '2018-01-31');
    expect(going(story.foreseen('2018-02-10'))).toEqual([
      ['2018-01', 300, 'correction', undefined],
      ['2018-01', -20000, 'correction', undefined],
    ]);
  });

  it('to the next invoice, where its whole month is more: who is registered stays', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '11000').close('2018-01').waive('fee_1');
    expect(going(story.foreseen('2018-02-01'))).toEqual([['2018-01', -11000, 'next-invoice', '2018-02']]);
  });

  it('a late fee stays on the next invoice, whatever becomes of adjustments', () => {
    const story = five('2018-01').fee('fee_1', '2018-01-10', '20000').close('2018-01');
    story.waive('fee_1').fee('fee_2', '2018-01-11', '500');
    expect(going(story.foreseen('2018-02-10'))).toEqual([
      ['2018-01', -20000, 'correction', undefined],
      ['2018-01', 500, 'next-invoice', '2018-02'],
    ]);
  });

  const day = fc.nat(80);
  const fact = fc.oneof(
    fc.record({ do: fc.constant('fee' as const), day, amount: fc.integer({ min: 1, max: 20_000 }) }),
    fc.record({ do: fc.constant('waive' as const), fee: fc.nat(8) }),
    fc.record({ do: fc.constant('spell' as const), account: fc.nat(4), day, length: fc.nat(60) }),
    fc.record({ do: fc.constant('start' as const), day }),
    fc.record({ do: fc.constant('end' as const), day: fc.integer({ min: 30, max: 120 }) }),
    fc.record({
      do: fc.constant('quote' as const),
      month: fc.nat(2),
      baseFee: fc.integer({ min: 0, max: 15_000 }),
    }),
  );

  it('any late facts: the closes that come put each where it was foreseen, if nothing else comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ServiceMonth>('2018-01', '2019-08', '2023-08'),
        fc.array(fact, { maxLength: 6 }),
        fc.array(fact, { minLength: 1, maxLength: 10 }),
        fc.constantFrom(0, 0, 1),
        (first, early, late, open) => {
          const story = five(first);
          let fees = 0;
          const dayOf = (offset: number) => dayOfNumber(numberOfDay(firstDayOf(first)) + offset);
          const say = (each: (typeof early)[number]): unknown => {
            switch (each.do) {
              case 'fee':
                return story.fee(`fee_${(fees += 1)}`, dayOf(each.day), `${BigInt(each.amount)}`);
              case 'waive':
                return story.waive(`fee_${each.fee}`);
              case 'spell':
                return story.spells(`rid_${each.account}`, [
                  { from: dayOf(each.day), to: dayOf(each.day + each.length) },
                ]);
              case 'start':
                return story.start(dayOf(each.day));
              case 'end':
                return story.end(dayOf(each.day));
              case 'quote':
                return story.quote(addMonths(first, each.month), { baseFee: String(each.baseFee) } as never);
            }
          };
          early.forEach(say);
          story.close(first).close(addMonths(first, 1));
          late.forEach(say);
          // Of three months that the facts lie in two are issued; today is in the third, or the one after.
          const today = dayOfNumber(numberOfDay(firstDayOf(addMonths(first, 2 + open))) + 20);
          const told = story.foreseen(today);
          const before = story.documents.length;
          story.close(addMonths(first, 1), { day: today });
          story.close(addMonths(first, 2 + open), { day: firstDayOf(addMonths(first, 3 + open)) });
          const made = story.documents.slice(before);
          for (const row of told) {
            const place = made.find((document) => bills(document, row));
            expect([row, place?.kind]).toEqual([row, row.goesTo === 'correction' ? 'correction' : 'invoice']);
            if (row.next !== undefined) expect(place!.month).toBe(row.next);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

const bills = ({ kind, month, lines }: Invoice, row: Waiting): boolean =>
  lines.some(({ item, fee, taxCode, corrects }) => {
    if (taxCode !== row.taxCode) return false;
    if (row.fee !== undefined && fee === row.fee) return true;
    if (item === 'adjustment')
      return corrects!.month === row.month && corrects!.item === row.item && corrects!.fee === row.fee;
    return kind === 'correction' && month === row.month && item === row.item && fee === row.fee;
  });

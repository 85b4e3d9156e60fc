import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOfNumber, numberOfDay, type JstDay } from './jst-day.ts';
import { clip, distinctDays, spanOfMonth, unionOfSpans, type ClosedSpan, type DaySpan } from './spans.ts';

/** Days numbered around 2018-01, spans of them in any order, some open at the end. */
const ORIGIN = numberOfDay('2017-11-01');
const HORIZON = ORIGIN + 200;
const someSpan: fc.Arbitrary<DaySpan> = fc
  .tuple(fc.integer({ min: 0, max: 150 }), fc.option(fc.integer({ min: 0, max: 40 }), { freq: 5 }))
  .map(([from, length]) => ({
    from: dayOfNumber(ORIGIN + from),
    ...(length === null ? {} : { to: dayOfNumber(ORIGIN + from + length) }),
  }));
const someSpans = fc.array(someSpan, { maxLength: 8 });
const someWindow: fc.Arbitrary<ClosedSpan> = fc
  .tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 45 }))
  .map(([from, length]) => ({ from: dayOfNumber(ORIGIN + from), to: dayOfNumber(ORIGIN + from + length) }));

/** The naive reading: every day by itself. */
const daysOf = (spans: readonly DaySpan[]): Set<number> => {
  const days = new Set<number>();
  for (const { from, to } of spans)
    for (let day = numberOfDay(from); day <= (to === undefined ? HORIZON : numberOfDay(to)); day += 1)
      days.add(day);
  return days;
};

describe('the union of spans (備考(1): several spells, one coefficient)', () => {
  it.each<[[string, string][], number, string]>([
    [
      [
        ['01', '10'],
        ['11', '20'],
        ['21', '31'],
      ],
      31,
      'adjacent spells',
    ],
    [
      [
        ['05', '10'],
        ['10', '20'],
      ],
      16,
      'spells that share a day',
    ],
    [[['15', '15']], 1, 'registered and deregistered on the same day'],
    [
      [
        ['15', '15'],
        ['15', '15'],
      ],
      1,
      'twice on the same day',
    ],
    [
      [
        ['01', '31'],
        ['10', '12'],
      ],
      31,
      'a spell within another',
    ],
    [
      [
        ['01', '03'],
        ['05', '07'],
      ],
      6,
      'a day between',
    ],
    [[], 0, 'none'],
  ] as const)('%j: %i days (%s)', (spells, days) => {
    const spans = spells.map(([from, to]): DaySpan => ({
      from: `2018-01-${from}` as JstDay,
      to: `2018-01-${to}` as JstDay,
    }));
    expect(distinctDays(spans, spanOfMonth('2018-01'))).toBe(days);
  });

  it('counts the distinct days of any spells, as a naive set of days does', () => {
    fc.assert(
      fc.property(someSpans, someWindow, (spans, within) => {
        const inside = daysOf([within]);
        const expected = [...daysOf(spans)].filter((day) => inside.has(day)).length;
        expect(distinctDays(spans, within)).toBe(expected);
      }),
    );
  });

  it('has the same days, disjoint, not even adjacent, and in order', () => {
    fc.assert(
      fc.property(someSpans, (spans) => {
        const union = unionOfSpans(spans);
        expect(daysOf(union)).toEqual(daysOf(spans));
        for (let at = 1; at < union.length; at += 1)
          expect(numberOfDay(union[at]!.from)).toBeGreaterThan(numberOfDay(union[at - 1]!.to!) + 1);
      }),
    );
  });

  it('does not depend on order or repetition, and is its own union', () => {
    fc.assert(
      fc.property(
        someSpans.chain((spans) =>
          fc.tuple(
            fc.constant(spans),
            fc.shuffledSubarray([...spans, ...spans], { minLength: spans.length * 2 }),
          ),
        ),
        ([spans, shuffled]) => {
          expect(unionOfSpans(shuffled)).toEqual(unionOfSpans(spans));
          expect(unionOfSpans(unionOfSpans(spans))).toEqual(unionOfSpans(spans));
        },
      ),
    );
  });

  it('leaves what it is given as it is', () => {
    const spans = Object.freeze([
      Object.freeze({ from: '2018-01-11', to: '2018-01-20' }),
      Object.freeze({ from: '2018-01-01', to: '2018-01-10' }),
    ]);
    expect(unionOfSpans(spans)).toEqual([{ from: '2018-01-01', to: '2018-01-20' }]);
  });
});

describe('clipping a span', () => {
  it('keeps the days that both have', () => {
    fc.assert(
      fc.property(someSpan, someSpan, (span, within) => {
        const both = daysOf([within]);
        const expected = [...daysOf([span])].filter((day) => both.has(day));
        const part = clip(span, within);
        expect([...daysOf(part === undefined ? [] : [part])]).toEqual(expected);
      }),
    );
  });

  it('stays open at the end only where both are', () => {
    expect(clip({ from: '2018-01-05' }, { from: '2018-01-10' })).toEqual({ from: '2018-01-10' });
    expect(clip({ from: '2018-01-05' }, spanOfMonth('2018-01'))).toEqual({
      from: '2018-01-05',
      to: '2018-01-31',
    });
    expect(clip({ from: '2018-02-01' }, spanOfMonth('2018-01'))).toBeUndefined();
  });
});

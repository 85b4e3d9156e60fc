import { describe, expect, it } from '@jest/globals';
import { reportOf, spreadOf } from '../runs.ts';
import { comparedLine, figuresOf } from './figures.ts';

describe('the report of a commit', () => {
  it('is read as it is written', () => {
    const line = reportOf({
      kind: 'rate',
      name: 'close with one late fact for each of 10,000 contracts',
      unit: 'contracts',
      limitIs: 'the close before',
      rates: [1_234, 1_300],
      rate: spreadOf([1_234, 1_300]),
      limit: spreadOf([2_000]),
      ratio: spreadOf([0.5]),
    });
    expect(figuresOf(`Node v20\n${line}\n`)).toEqual([
      { name: 'close with one late fact for each of 10,000 contracts', unit: 'contracts', rate: 1_267 },
    ]);
  });

  it('is read as it was written before there were several runs', () => {
    const line =
      'projection of registrations                     36,756 events/s   limit    80,084 (bare batched upsert)    46 %';
    expect(figuresOf(line)).toEqual([{ name: 'projection of registrations', unit: 'events', rate: 36_756 }]);
  });
});

it('two commits stand side by side, with the factor and what it is worth', () => {
  expect(
    comparedLine({
      name: 'append',
      unit: 'events',
      a: [100, 110, 90],
      b: [200, 210, 190],
      verdict: 'better',
    }),
  ).toMatch(/^append +100 \(90 – 110\) → 200 \(190 – 210\) events\/s +2\.00× +BETTER$/);
});

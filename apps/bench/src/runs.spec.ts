import { describe, expect, it } from '@jest/globals';
import type { Figure } from './measure.ts';
import { ofRuns, reportOf, spreadOf } from './runs.ts';

const figure = (rate: number, limit: number): Figure => ({
  name: 'append',
  unit: 'events',
  limitIs: 'bare insert',
  rate,
  limit,
  load: { seconds: 1, peakMegabytes: Math.round(rate), transactions: 10 },
});

describe('several runs of one bench', () => {
  it('are told by their middle and how far they lie apart', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
  });

  it('compare rate and limit run by run', () => {
    const [measured] = ofRuns([[figure(100, 200)], [figure(400, 500)], [figure(30, 100)]]);
    expect(measured).toMatchObject({
      rates: [100, 400, 30],
      rate: { median: 100, least: 30, most: 400 },
      ratio: { median: 0.5, least: 0.3, most: 0.8 },
      peakMegabytes: 400,
      transactions: 10,
    });
    expect(reportOf(measured!)).toBe(
      'append                                             100 (30.0 – 400) events/s   limit       200 (100 – 500), bare insert    50 % (30 % – 80 %)   peak 400 MB   10.0 transactions',
    );
  });

  it('refuse a run whose figures cannot be told apart', () => {
    expect(() => ofRuns([[figure(1, 1), figure(1, 2)]])).toThrow('same name');
  });

  it('refuse a run in which a figure is missing', () => {
    expect(() => ofRuns([[figure(1, 1)], []])).toThrow('append');
  });
});

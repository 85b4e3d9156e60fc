import { describe, expect, it } from '@jest/globals';
import { dayNumberOf } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import { byHour } from './by-hour.ts';

describe('what is reckoned by the hour', () => {
  const instants: readonly Instant[] = [
    '2018-01-31T14:00:00.000Z',
    '2018-01-31T14:59:59.999Z',
    '2018-01-31T15:00:00.000Z',
    '2018-01-31T14:59:59.999Z',
    '2018-02-28T14:59:59.999Z',
  ];

  it('is what each instant by itself comes to, also where one comes late', () => {
    expect(instants.map(byHour(dayNumberOf))).toEqual(instants.map(dayNumberOf));
  });

  it('is reckoned once for each run of an hour', () => {
    const asked: Instant[] = [];
    const of = byHour((instant) => asked.push(instant));
    instants.forEach((instant) => of(instant));
    expect(asked).toEqual([instants[0], instants[2], instants[3], instants[4]]);
  });
});

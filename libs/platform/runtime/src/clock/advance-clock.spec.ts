import { instantOf, type Instant } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import type { ServiceName } from '@smartkey/event-bus';
import fc from 'fast-check';
import { advanceClock, type ClockedService, ClockStuckError } from './advance-clock.ts';

const day = (n: number): Instant => instantOf(Date.UTC(2018, 0, n));

/** A service whose due work is a list of days; doing it is written down. */
function service(name: ServiceName, dues: number[], told: string[]): ClockedService {
  let now = day(1);
  const pending = [...dues].sort((a, b) => a - b);
  return {
    name,
    now: () => Promise.resolve(now),
    nextDue: () => Promise.resolve(pending[0] === undefined ? undefined : day(pending[0])),
    takeOver: (instant) => {
      if (instant < now) return Promise.reject(new Error('backwards'));
      now = instant;
      return Promise.resolve();
    },
    settle: (instant) => {
      while (pending[0] !== undefined && day(pending[0]) <= instant)
        told.push(`${name} ${day(pending.shift()!)} at ${now}`);
      return Promise.resolve();
    },
  };
}

describe('moving the sandbox clock over several services', () => {
  it('runs what is due in the order of its instants, each at its own time, upstream first', async () => {
    const told: string[] = [];
    const services = [
      service('billing', [5], told),
      service('contract', [9, 5], told),
      service('device-registry', [7], told),
    ];
    await advanceClock(services, day(20));
    expect(told).toEqual([
      `contract ${day(5)} at ${day(5)}`,
      `billing ${day(5)} at ${day(5)}`,
      `device-registry ${day(7)} at ${day(7)}`,
      `contract ${day(9)} at ${day(9)}`,
    ]);
    for (const each of services) expect(await each.now()).toBe(day(20));
  });

  it('runs what is overdue from a call that was cut short, at the time that it is', async () => {
    const told: string[] = [];
    const late = service('contract', [3], told);
    await late.takeOver(day(8));
    await advanceClock([late], day(8));
    expect(told).toEqual([`contract ${day(3)} at ${day(8)}`]);
  });

  it('leaves what is due after the target', async () => {
    const told: string[] = [];
    await advanceClock([service('contract', [10, 11], told)], day(10));
    expect(told).toEqual([`contract ${day(10)} at ${day(10)}`]);
  });

  it('gives up on work that stays due, and does not go past it', async () => {
    const stuck: ClockedService = { ...service('contract', [4], []), settle: () => Promise.resolve() };
    await expect(advanceClock([stuck], day(10))).rejects.toThrow(ClockStuckError);
    expect(await stuck.now()).toBe(day(4));
  });

  it('does the same in one call as in any number of calls on the way', async () => {
    const dues = fc.array(fc.integer({ min: 2, max: 28 }), { maxLength: 6 });
    const stops = fc.uniqueArray(fc.integer({ min: 2, max: 28 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(dues, dues, stops, async (one, two, between) => {
        const runs = await Promise.all(
          [[28], [...between.sort((a, b) => a - b), 28]].map(async (targets) => {
            const told: string[] = [];
            const services = [service('contract', one, told), service('device-registry', two, told)];
            for (const target of targets) await advanceClock(services, day(target));
            return told;
          }),
        );
        expect(runs[1]).toEqual(runs[0]);
        expect(runs[0]).toHaveLength(one.length + two.length);
      }),
    );
  });
});

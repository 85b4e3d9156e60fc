import { describe, expect, it } from '@jest/globals';
import { plusMillis, type Instant, type DeviceId } from '@smartkey/kernel';
import fc from 'fast-check';
import { isLocked, noAttempts, type Attempts } from '../attempts/attempts.state.ts';
import { stepAt } from '../totp/totp.ts';
import { verifyCode } from './verification.decide.ts';

const PERIOD = 30;
const DEVICES = ['dev_1', 'dev_2'] as const;

/** What somebody may do: let time pass, send a wrong code, or the code of a device, so many steps off the present. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 5_000 }) }),
  fc.record({ kind: fc.constant('wrong' as const) }),
  fc.record({
    kind: fc.constant('code' as const),
    device: fc.constantFrom(...DEVICES),
    off: fc.integer({ min: -3, max: 3 }),
  }),
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

interface Course {
  readonly successes: readonly { readonly device: DeviceId; readonly step: number }[];
  readonly facts: number;
  /** Instants at which a code was looked at and found wrong. */
  readonly failures: readonly Instant[];
}

/** The rows as the service keeps them, and what comes of each act in turn. */
function play(acts: readonly Act[]): Course {
  let now: Instant = '2018-01-01T00:00:00.000Z';
  let attempts: Attempts = noAttempts;
  const lastSteps = new Map<DeviceId, number>(DEVICES.map((device) => [device, -1]));
  const successes: { device: DeviceId; step: number }[] = [];
  const failures: Instant[] = [];
  let facts = 0;
  for (const one of acts) {
    if (one.kind === 'wait') {
      now = plusMillis(now, one.seconds * 1000);
      continue;
    }
    const step = stepAt(now, PERIOD) + (one.kind === 'code' ? one.off : 0);
    const inWindow = one.kind === 'code' && Math.abs(one.off) <= 1;
    const devices = DEVICES.map((device) => ({ device, lastStep: lastSteps.get(device)! }));
    const steps = new Map<DeviceId, number[]>(inWindow ? [[one.device, [step]]] : []);
    const locked = isLocked(attempts, now);
    const decision = verifyCode(
      { now, steps, idOf: (device, used) => `aut_of_${device}_${used}` },
      {
        contract: { id: 'ctr_1', ended: false, withheld: false },
        account: { status: 'registered', id: 'rid_1', devices, attempts },
      },
    );
    if (locked) expect(decision).toMatchObject({ result: 'denied', reason: 'locked', events: [] });
    if (decision.result === 'success') {
      successes.push({ device: decision.device, step: decision.step });
      lastSteps.set(decision.device, decision.step);
    } else if (decision.reason === 'invalid_code') failures.push(now);
    facts += decision.events.filter(({ type }) => type === 'AuthSucceeded').length;
    if ('attempts' in decision) attempts = decision.attempts;
  }
  return { successes, facts, failures };
}

describe('for whatever is sent, in whatever order (別紙1 備考2)', () => {
  it('each success is one fact and one (device, step), used once and in the order of time', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
        const { successes, facts } = play(acts);
        expect(facts).toBe(successes.length);
        for (const device of DEVICES) {
          const steps = successes.filter((success) => success.device === device).map(({ step }) => step);
          expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('who only guesses is heard 34 times in the first day, and 100 times in all', () => {
    const guessing = (waits: readonly number[]): Act[] =>
      waits.flatMap((seconds): Act[] => [{ kind: 'wrong' }, { kind: 'wait', seconds }]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 400 }), (waits) => {
        const { failures } = play(guessing(waits));
        const dayAfter = '2018-01-02T00:00:00.000Z';
        expect(failures.filter((at) => at < dayAfter).length).toBeLessThanOrEqual(34);
        expect(failures.length).toBeLessThanOrEqual(100);
      }),
      { numRuns: 200 },
    );
  });
});

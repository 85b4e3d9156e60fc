import { describe, expect, it } from '@jest/globals';
import { addDays, startOfDay } from '@smartkey/calendar';
import { fold, plusMillis, type Fact, type Instant } from '@smartkey/kernel';
import fc from 'fast-check';
import type { AccountCommand } from './account.commands.ts';
import { accountDecider } from './account.decider.ts';
import type { AccountEvent } from './account.events.ts';
import { noAccount, openSpell, spellsOf, type AccountState } from './account.state.ts';
import { accepted, of, registration, startOf } from './testing/account.fixture.ts';

const reason = '理由';
const day = fc.integer({ min: 0, max: 30 }).map((number) => addDays('2018-01-01', number));
const spell = fc.integer({ min: 1, max: 4 });
const number = fc.integer({ min: 1, max: 4 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

type Wish = (now: Instant) => AccountCommand;
const wish = <T>(parts: fc.Arbitrary<T>, make: (told: T, now: Instant) => AccountCommand) =>
  parts.map(
    (told): Wish =>
      (now) =>
        make(told, now),
  );

/** Ids come from a small pool, so that commands meet what others have made. */
const wishes = fc.oneof(
  wish(maybe(day), (registeredOn, now) => ({ ...registration, now, registeredOn, reason })),
  wish(maybe(day), (on, now) => ({ type: 'Deregister', now, on, reason })),
  wish(fc.constantFrom('Suspend' as const, 'Resume' as const), (type, now) => ({ type, now })),
  wish(spell, (told, now) => ({ type: 'VoidRegistration', now, spell: told, reason })),
  wish(fc.record({ spell, registeredOn: maybe(day), deregisteredOn: maybe(day) }), (told, now) => ({
    ...told,
    type: 'CorrectRegistration',
    now,
    reason,
    terms: accepted,
  })),
  wish(day, (lastDay, now) => ({ type: 'EndWithContract', now, lastDay })),
  wish(fc.tuple(number, maybe(number)), ([one, other], now) =>
    startOf(one, { now, replaces: other === undefined ? undefined : `dev_${other}` }),
  ),
  wish(
    fc.tuple(fc.constantFrom('ConfirmEnrolment' as const, 'ExpireEnrolment' as const), number),
    ([type, one], now) => ({ type, now, enrolment: `enr_${one}` }),
  ),
  wish(number, (one, now) => ({
    type: 'RefuseEnrolmentCode',
    now,
    enrolment: `enr_${one}`,
    triesLeft: 4,
  })),
  wish(
    fc.tuple(fc.constantFrom('SuspendDevice' as const, 'RevokeDevice' as const), number),
    ([type, one], now) => ({ type, now, device: `dev_${one}` }),
  ),
  wish(number, (one, now) => ({ type: 'ResumeDevice', now, device: `dev_${one}`, maxDevices: 3 })),
);

interface Lived {
  readonly history: readonly Fact<AccountEvent>[];
  readonly state: AccountState;
}

/** What an account becomes under commands, six hours between them. */
function live(commands: readonly Wish[]): Lived {
  const history: Fact<AccountEvent>[] = [];
  let state = accountDecider.initial;
  commands.forEach((made, index) => {
    const now = plusMillis(startOfDay('2018-01-05'), index * 6 * 3_600_000);
    const decided = accountDecider.decide(made(now), state);
    for (const event of decided.ok ? decided.value : []) {
      const fact = { occurredAt: now, ...event, recordedAt: now } as Fact<AccountEvent>;
      history.push(fact);
      state = accountDecider.evolve(state, fact);
    }
  });
  return { history, state };
}

const anyCommands = fc.array(wishes, { maxLength: 40 });

describe('an account under any commands', () => {
  it('is registered as long as a spell lasts, and every fact is of this account', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const { history, state } = live(commands);
        const open = openSpell(state);
        expect(state.status === 'registered' || state.status === 'suspended').toBe(open !== undefined);
        expect(spellsOf(state).map((one) => one.spell)).toEqual(spellsOf(state).map((_, index) => index + 1));
        for (const { data } of history) expect(data).toMatchObject(of);
      }),
    );
  });

  it('第5条1項: nothing that a code could come from outlives the registration', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const { state } = live(commands);
        if (state.status !== 'deregistered') return;
        expect(state.enrolments.waiting).toBeUndefined();
        expect(state.devices.every(({ status }) => status === 'revoked')).toBe(true);
      }),
    );
  });

  it('a replay leads to the same state, from the start or from any point on', () => {
    fc.assert(
      fc.property(anyCommands, fc.nat(40), (commands, cut) => {
        const { history, state } = live(commands);
        const before = fold(accountDecider, history.slice(0, cut));
        expect(fold(accountDecider, history.slice(cut), before)).toEqual(state);
      }),
    );
  });

  it('any part of a history folds, in any order; what comes before the first registration leaves no account', () => {
    fc.assert(
      fc.property(
        anyCommands.chain((commands) => fc.shuffledSubarray([...live(commands).history])),
        (part) => {
          const state = fold(accountDecider, part);
          const first = part.findIndex(({ type }) => type === 'IdRegistered');
          expect(state.status === 'unregistered').toBe(first < 0);
          expect(fold(accountDecider, part.slice(0, Math.max(0, first)))).toBe(noAccount);
        },
      ),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { addDays, distinctDays, spanOfMonth, type JstDay } from '@smartkey/calendar';
import { fold, type Fact } from '@smartkey/kernel';
import fc from 'fast-check';
import type { AccountCommand } from '../account.commands.ts';
import { accountDecider } from '../account.decider.ts';
import type { AccountEvent } from '../account.events.ts';
import { accepted, deregistered, NOW, registered, registration, TODAY } from '../testing/account.fixture.ts';
import { touchedDays } from './touched-days.ts';
import type { AccountState } from '../account.state.ts';
import { spansOf } from './used-days.ts';

const JANUARY = spanOfMonth('2018-01');
const day = fc.integer({ min: 1, max: 10 }).map((number) => addDays('2017-12-31', number));
const spell = fc.integer({ min: 1, max: 4 });
const reason = 'late';
const command: fc.Arbitrary<AccountCommand> = fc.oneof(
  day.map((registeredOn): AccountCommand => ({ ...registration, registeredOn, reason })),
  fc.constant<AccountCommand>(registration),
  day.map((on): AccountCommand => ({ type: 'Deregister', now: NOW, on, reason })),
  spell.map((number): AccountCommand => ({ type: 'VoidRegistration', now: NOW, spell: number, reason })),
  fc
    .record({ spell, registeredOn: fc.option(day), deregisteredOn: fc.option(day) })
    .map(({ spell: number, registeredOn, deregisteredOn }): AccountCommand => ({
      type: 'CorrectRegistration',
      now: NOW,
      spell: number,
      reason,
      terms: accepted,
      ...(registeredOn === null ? {} : { registeredOn }),
      ...(deregisteredOn === null ? {} : { deregisteredOn }),
    })),
);

const daysOf = (account: AccountState): ReadonlySet<JstDay> => {
  const days = new Set<JstDay>();
  for (const { from, to = TODAY } of spansOf(account))
    for (let each = from; each <= to; each = addDays(each, 1)) days.add(each);
  return days;
};

describe('別紙1 備考(1): the days that count otherwise after a command', () => {
  it('are among those told, whatever was commanded before; and the union of days stays what it is', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (commands) => {
        let account: AccountState = accountDecider.initial;
        for (const each of commands) {
          const decided = accountDecider.decide(each, account);
          if (!decided.ok) continue;
          const before = daysOf(account);
          account = fold(
            accountDecider,
            decided.value.map(
              (event) => ({ occurredAt: NOW, ...event, recordedAt: NOW }) as Fact<AccountEvent>,
            ),
            account,
          );
          const after = daysOf(account);
          const told = touchedDays(decided.value, TODAY);
          for (let one: JstDay = '2018-01-01'; one <= TODAY; one = addDays(one, 1))
            if (before.has(one) !== after.has(one))
              expect(told.some(({ from, to }) => from <= one && one <= to)).toBe(true);
          expect(distinctDays(spansOf(account), { from: JANUARY.from, to: TODAY })).toBe(after.size);
          if (decided.value.length === 0) expect(told).toEqual([]);
        }
      }),
    );
  });

  it('of a registration are those until today, or until the end that came with it', () => {
    const begun = registered({ registeredOn: '2018-01-03' });
    const ended = deregistered({
      registeredOn: '2018-01-03',
      lastDay: '2018-01-05',
      cause: 'contract-ended',
    });
    expect(touchedDays([begun], TODAY)).toEqual([{ from: '2018-01-03', to: TODAY }]);
    expect(touchedDays([begun, ended], TODAY)).toEqual([{ from: '2018-01-03', to: '2018-01-05' }]);
    expect(touchedDays([ended], TODAY)).toEqual([{ from: '2018-01-05', to: TODAY }]);
  });
});

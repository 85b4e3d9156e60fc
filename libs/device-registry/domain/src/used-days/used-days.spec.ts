import { describe, expect, it } from '@jest/globals';
import { addDays, distinctDays, spanOfMonth, startOfDay, type JstDay } from '@smartkey/calendar';
import { fold, plusMillis, type Fact, type Instant } from '@smartkey/kernel';
import fc from 'fast-check';
import type { AccountCommand } from '../account.commands.ts';
import { accountDecider } from '../account.decider.ts';
import type { AccountEvent } from '../account.events.ts';
import { accepted, registration } from '../testing/account.fixture.ts';
import { openSpell, spellsOf, type AccountState } from '../account.state.ts';
import { spansOf } from './used-days.ts';

const JANUARY = spanOfMonth('2018-01');
const dayOf = (number: number): JstDay => addDays('2018-01-01', number - 1);

/** Does what it is told on its days, as people do. @returns the account and whether each command was taken. */
function live(commands: readonly AccountCommand[]): { account: AccountState; taken: boolean[] } {
  let account: AccountState = accountDecider.initial;
  const taken = commands.map((command) => {
    const decided = accountDecider.decide(command, account);
    if (decided.ok)
      account = fold(
        accountDecider,
        decided.value.map(
          (event) => ({ occurredAt: command.now, ...event, recordedAt: command.now }) as Fact<AccountEvent>,
        ),
        account,
      );
    return decided.ok;
  });
  return { account, taken };
}

const noon = (day: number): Instant => plusMillis(startOfDay(dayOf(day)), 12 * 3_600_000);
const terms = accepted;
const on = (day: number): AccountCommand => ({ ...registration, now: noon(day), terms });
const off = (day: number): AccountCommand => ({ type: 'Deregister', now: noon(day) });

describe('別紙1 備考(1): used days are the union of the days of all spells', () => {
  it.each([
    ['17 of 31', [on(15)], 17],
    ['1 of 31: the same day', [on(15), off(15)], 1],
    ['1–10, 11–20, 21–31', [on(1), off(10), on(11), off(20), on(21)], 31],
    ['5–10 and 10–20', [on(5), off(10), on(10), off(20)], 16],
    ['three times on one day', [on(7), off(7), on(7), off(7), on(7), off(7)], 1],
  ])('%s January', (_, commands, days) => {
    expect(distinctDays(spansOf(live(commands).account), JANUARY)).toBe(days);
  });

  const step = fc.record({
    advance: fc.integer({ min: 0, max: 3 }),
    back: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
    kind: fc.constantFrom('Register', 'Deregister', 'Suspend', 'Resume', 'End'),
  });

  it('holds for any commands in any order, also for past days', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let today = 1;
        const commands = steps.map(({ advance, back, kind }): AccountCommand => {
          today = Math.min(31, today + advance);
          const now = noon(today);
          const past = back === undefined ? undefined : dayOf(today - back);
          if (kind === 'Register')
            return { ...registration, now, terms, ...(past && { registeredOn: past, reason: 'late' }) };
          if (kind === 'Deregister')
            return { type: 'Deregister', now, ...(past && { on: past, reason: 'late' }) };
          if (kind === 'End') return { type: 'EndWithContract', now, lastDay: dayOf(31) };
          return { type: kind as 'Suspend' | 'Resume', now };
        });
        const { account } = live(commands);
        const days = new Set<string>();
        for (const { registeredOn, lastDay } of spellsOf(account)) {
          expect(registeredOn >= '2018-01-01').toBe(true);
          for (let day = registeredOn; day <= (lastDay ?? JANUARY.to); day = addDays(day, 1)) days.add(day);
        }
        expect(distinctDays(spansOf(account), JANUARY)).toBe(days.size);
        spellsOf(account).forEach((spell, index, spells) => {
          expect(spell.spell).toBe(index + 1);
          expect(spell.lastDay === undefined || spell.lastDay >= spell.registeredOn).toBe(true);
          expect(index === 0 || spell.registeredOn >= spells[index - 1]!.lastDay!).toBe(true);
        });
        expect(openSpell(account) !== undefined).toBe(
          account.status === 'registered' || account.status === 'suspended',
        );
      }),
    );
  });

  it('no command is a second fact when it is given again', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(on, off), { maxLength: 12 }), (acts) => {
        const commands = acts.map((act, index) => act(index + 1));
        const once = live(commands).account;
        const twice = live(commands.flatMap((command) => [command, command])).account;
        expect(twice).toEqual(once);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { startOfDay, type JstDay } from '@smartkey/calendar';
import { accountDecider } from '../account.decider.ts';
import {
  accepted,
  deregistered,
  deviceOf,
  enrolmentOf,
  NOW,
  of,
  registered,
  registration,
  suspended,
  TODAY,
} from '../testing/account.fixture.ts';
import { openSpell } from '../account.state.ts';
import { spansOf } from '../used-days/used-days.ts';
import type { CorrectRegistration } from './correction.decide.ts';

const { given, when } = specOf(accountDecider, { at: NOW });
const reason = '誤登録';
const voidOf = (spell: number) => ({ type: 'VoidRegistration', now: NOW, spell, reason }) as const;
const correct = (spell: number, days: Partial<CorrectRegistration>): CorrectRegistration => ({
  type: 'CorrectRegistration',
  now: NOW,
  spell,
  reason,
  terms: accepted,
  ...days,
});
const voided = (spell: number, registeredOn: JstDay, lastDay?: JstDay) => ({
  type: 'RegistrationVoided' as const,
  version: 1 as const,
  data: { ...of, spell, registeredOn, ...(lastDay === undefined ? {} : { lastDay }), reason },
  ...(registeredOn === TODAY ? {} : { occurredAt: startOfDay(registeredOn) }),
});

// 2–4 January, and again from the 6th on.
const twice = [
  registered({ registeredOn: '2018-01-02' }),
  deregistered({ registeredOn: '2018-01-02', lastDay: '2018-01-04' }),
  registered({ spell: 2, registeredOn: '2018-01-06' }),
];

describe('Invoices, late facts: a mistaken registration is voided', () => {
  it('takes one that lasts back; the ID is deregistered, none of its days count, and again it is nothing', () => {
    const done = given(registered({ registeredOn: '2018-01-02' }))
      .when(voidOf(1))
      .then(voided(1, '2018-01-02'));
    done.thenState((account) => {
      expect(account.status).toBe('deregistered');
      expect(spansOf(account)).toEqual([]);
      expect(openSpell(account)).toBeUndefined();
    });
    done.andAgain().thenNothing();
  });

  it('of today it is a fact of the moment', () => {
    given(registered()).when(voidOf(1)).then(voided(1, TODAY)).andAgain().thenNothing();
  });

  it('takes one that is over back; the one that lasts goes on', () => {
    const done = given(...twice)
      .when(voidOf(1))
      .then(voided(1, '2018-01-02', '2018-01-04'));
    done.thenState((account) => {
      expect(account.status).toBe('registered');
      expect(spansOf(account)).toEqual([{ from: '2018-01-06' }]);
    });
    done.andAgain().thenNothing();
  });

  it('第5条1項: what hangs on it ends with it: the devices, and the enrolment that waits', () => {
    given(registered(), ...deviceOf(1), enrolmentOf(2), suspended)
      .when(voidOf(1))
      .then(
        voided(1, TODAY),
        {
          type: 'EnrolmentEnded',
          version: 1,
          data: { ...of, enrolment: 'enr_2', device: 'dev_2', cause: 'deregistered' },
        },
        { type: 'DeviceRevoked', version: 1, data: { ...of, device: 'dev_1', cause: 'deregistered' } },
      );
  });

  it('leaves its number taken: registered again it is another spell, also for the days of the voided one', () => {
    given(registered({ registeredOn: '2018-01-02' }), voided(1, '2018-01-02'))
      .when({ ...registration, registeredOn: '2018-01-03', reason: '正' })
      .then({
        ...registered({ spell: 2, registeredOn: '2018-01-03', reason: '正' }),
        occurredAt: startOfDay('2018-01-03'),
      });
  });

  it('knows no spell of another ID, and none of an ID that was never registered', () => {
    given(registered())
      .when({ ...voidOf(1), spell: undefined })
      .thenRefused({ kind: 'not-found', code: 'not-found' });
    when(voidOf(1)).thenRefused({ kind: 'not-found', code: 'not-found' });
  });
});

describe('Invoices, late facts: a spell is made to begin earlier, or to end on another day', () => {
  const corrected = (spell: number, more: object, day: JstDay) => ({
    type: 'RegistrationCorrected' as const,
    version: 1 as const,
    data: { ...of, spell, reason, ...more } as never,
    occurredAt: startOfDay(day),
  });

  it('begins earlier, also while it lasts', () => {
    const done = given(registered({ registeredOn: '2018-01-08' }))
      .when(correct(1, { registeredOn: '2018-01-03' }))
      .then(corrected(1, { registeredOn: '2018-01-03', formerRegisteredOn: '2018-01-08' }, '2018-01-03'));
    done.thenState((account) => expect(spansOf(account)).toEqual([{ from: '2018-01-03' }]));
    done.andAgain().thenNothing();
  });

  it.each<[JstDay, JstDay]>([
    ['2018-01-03', '2018-01-03'],
    ['2018-01-06', '2018-01-04'],
  ])('ends on another day: %s', (lastDay, changed) => {
    const done = given(...twice)
      .when(correct(1, { deregisteredOn: lastDay }))
      .then(
        corrected(
          1,
          {
            registeredOn: '2018-01-02',
            lastDay,
            formerRegisteredOn: '2018-01-02',
            formerLastDay: '2018-01-04',
          },
          changed,
        ),
      );
    done.thenState((account) => expect(spansOf(account)[0]).toEqual({ from: '2018-01-02', to: lastDay }));
    done.andAgain().thenNothing();
  });

  it.each<[string, number, Partial<CorrectRegistration>, string]>([
    ['neither day', 1, {}, 'nothing-to-correct'],
    ['a later beginning', 1, { registeredOn: '2018-01-03' }, 'begins-later'],
    ['a beginning before the acceptance', 1, { registeredOn: '2017-12-31' }, 'before-acceptance'],
    ['a beginning before the terms', 1, { registeredOn: '2016-02-29' }, 'before-the-terms'],
    ['a beginning within the spell before', 2, { registeredOn: '2018-01-03' }, 'overlaps-earlier-spell'],
    ['an end within the spell after', 1, { deregisteredOn: '2018-01-07' }, 'overlaps-later-spell'],
    ['an end before the beginning', 1, { deregisteredOn: '2018-01-01' }, 'before-registration'],
    ['an end in the future', 1, { deregisteredOn: '2018-01-11' }, 'deregistered-in-the-future'],
    ['an end of a spell that lasts', 2, { deregisteredOn: '2018-01-09' }, 'not-ended'],
  ])('refuses %s', (_, spell, days, code) => {
    given(...twice)
      .when(correct(spell, days))
      .thenRefused({ code });
  });

  it('第6条: ends no later than the contract', () => {
    const terms = { ...accepted, lastDay: '2018-01-05' } as const;
    given(...twice.slice(0, 2))
      .when(correct(1, { deregisteredOn: '2018-01-06', terms }))
      .thenRefused({ code: 'after-contract-end', rule: '第6条' });
  });

  it('shares a day with its neighbours: a day counts once, however many spells share it', () => {
    given(...twice)
      .when(correct(2, { registeredOn: '2018-01-04' }))
      .then(corrected(2, { registeredOn: '2018-01-04', formerRegisteredOn: '2018-01-06' }, '2018-01-04'))
      .thenState((account) => expect(spansOf(account)[1]).toEqual({ from: '2018-01-04' }));
  });

  it('takes the place that a voided spell left', () => {
    given(...twice, voided(1, '2018-01-02', '2018-01-04'))
      .when(correct(2, { registeredOn: '2018-01-02' }))
      .then(corrected(2, { registeredOn: '2018-01-02', formerRegisteredOn: '2018-01-06' }, '2018-01-02'))
      .thenState((account) => expect(spansOf(account)).toEqual([{ from: '2018-01-02' }]));
  });

  it('refuses a voided one, and knows none of another ID', () => {
    given(registered(), voided(1, TODAY))
      .when(correct(1, { registeredOn: '2018-01-03' }))
      .thenRefused({ code: 'registration-voided' });
    given(registered())
      .when(correct(1, { spell: undefined, registeredOn: '2018-01-03' }))
      .thenRefused({ kind: 'not-found', code: 'not-found' });
  });
});

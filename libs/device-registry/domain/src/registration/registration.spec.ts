import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { accountDecider } from '../account.decider.ts';
import { spellsOf } from '../account.state.ts';
import {
  accepted,
  deregistered,
  deviceOf,
  enrolmentOf,
  NOW,
  of,
  registered,
  registration,
  resumed,
  suspended,
} from '../testing/account.fixture.ts';
import type { Deregister, Register } from './registration.decide.ts';
import type { IdDeregistered } from './registration.events.ts';

const { given, when } = specOf(accountDecider, { at: NOW });
const deregister = { type: 'Deregister', now: NOW } as const;

describe('別紙1 備考(1): a spell begins with the registration', () => {
  it('registers an external id as of today, and again it is registered already', () => {
    when(registration)
      .then(registered())
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'already-registered' });
  });

  it('counts the JST day: 2018-01-31T15:00:00Z is 1 February', () => {
    when({ ...registration, now: '2018-01-31T15:00:00.000Z' }).then(
      registered({ registeredOn: '2018-02-01' }),
    );
  });

  it('joins a new spell to the same account, on the very day the last one ended too', () => {
    given(registered(), deregistered())
      .when({ ...registration, displayName: '山田 太郎' })
      .then(registered({ spell: 2, displayName: '山田 太郎' }))
      .thenState((account) => expect(spellsOf(account)).toHaveLength(2));
  });

  it('keeps a suspended ID registered: it cannot be registered again', () => {
    given(registered(), suspended).when(registration).thenRefused({ code: 'already-registered' });
  });

  it('refuses an id with what is not seen to somebody new; an account of before goes on with its own', () => {
    const strange = { ...registration, externalId: 'ta\u202ero' };
    when(strange).thenRefused({ kind: 'invalid', code: 'external-id-characters' });
    const before = registered({ externalId: 'ta\u202ero' });
    given(before).when(strange).thenRefused({ code: 'already-registered' });
    given(before, deregistered())
      .when(strange)
      .then(registered({ externalId: 'ta\u202ero', spell: 2 }));
  });

  it('第3条: refuses before the contract is accepted', () => {
    when({ ...registration, terms: { accepted: false } }).thenRefused({
      kind: 'conflict',
      code: 'contract-not-accepted',
      rule: '第3条',
    });
  });

  it('第6条: accepts on the last day of the contract, refuses from its end on', () => {
    const ending: Register = { ...registration, terms: { ...accepted, lastDay: '2018-01-10' } };
    when({ ...ending, now: '2018-01-10T14:59:59.999Z' }).then(registered());
    when({ ...ending, now: '2018-01-10T15:00:00.000Z' }).thenRefused({
      kind: 'conflict',
      code: 'contract-ended',
      rule: '第6条',
    });
  });
});

describe('別紙1 備考(1): a registration entered for a past day', () => {
  const past: Register = { ...registration, registeredOn: '2018-01-05', reason: '届出漏れ' };

  it('begins on that day; occurredAt is 00:00 JST of it', () => {
    when(past)
      .then({
        ...registered({ registeredOn: '2018-01-05', reason: '届出漏れ' }),
        occurredAt: '2018-01-04T15:00:00.000Z',
      })
      .andAgain()
      .thenRefused({ code: 'already-registered' });
  });

  it.each([
    ['without a reason', { reason: undefined }, 'reason-missing', '/reason'],
    ['tomorrow', { registeredOn: '2018-01-11' }, 'registered-in-the-future', '/registeredOn'],
    ['before the acceptance', { registeredOn: '2017-12-31' }, 'before-acceptance', '/registeredOn'],
    ['附則: before the terms', { registeredOn: '2016-02-29' }, 'before-the-terms', '/registeredOn'],
  ] as const)('refuses a day %s', (_, change, code, pointer) => {
    when({ ...past, ...change } as typeof past).thenRefused({ kind: 'invalid', code, pointer });
  });

  it('may begin on the last day of the spell before, not earlier', () => {
    const before = [
      registered({ registeredOn: '2018-01-02' }),
      deregistered({ registeredOn: '2018-01-02', lastDay: '2018-01-05' }),
    ];
    given(before)
      .when(past)
      .then({
        ...registered({ spell: 2, registeredOn: '2018-01-05', reason: '届出漏れ' }),
        occurredAt: '2018-01-04T15:00:00.000Z',
      });
    given(before)
      .when({ ...past, registeredOn: '2018-01-04' })
      .thenRefused({ code: 'overlaps-earlier-spell', pointer: '/registeredOn' });
  });

  it('第6条: of an ended contract it ends with the contract; after the last day it is refused', () => {
    const ended: Register = { ...past, terms: { ...accepted, lastDay: '2018-01-08' } };
    when(ended).then(
      {
        ...registered({ registeredOn: '2018-01-05', reason: '届出漏れ' }),
        occurredAt: '2018-01-04T15:00:00.000Z',
      },
      {
        ...deregistered({ registeredOn: '2018-01-05', lastDay: '2018-01-08', cause: 'contract-ended' }),
        occurredAt: '2018-01-08T15:00:00.000Z',
      },
    );
    when({ ...ended, registeredOn: '2018-01-09' }).thenRefused({ code: 'after-contract-end', rule: '第6条' });
  });
});

describe('別紙1 備考(1): a spell ends with the deregistration', () => {
  it('ends today, which counts; again is nothing', () => {
    given(registered({ registeredOn: '2018-01-01' }))
      .when(deregister)
      .then(deregistered({ registeredOn: '2018-01-01' }))
      .andAgain()
      .thenNothing();
  });

  it('ends the waiting enrolment and every device with it', () => {
    given(registered(), deviceOf(1), deviceOf(2), enrolmentOf(3))
      .when(deregister)
      .then(
        deregistered(),
        {
          type: 'EnrolmentEnded',
          version: 1,
          data: { ...of, enrolment: 'enr_3', device: 'dev_3', cause: 'deregistered' },
        },
        { type: 'DeviceRevoked', version: 1, data: { ...of, device: 'dev_1', cause: 'deregistered' } },
        { type: 'DeviceRevoked', version: 1, data: { ...of, device: 'dev_2', cause: 'deregistered' } },
      )
      .andAgain()
      .thenNothing();
  });

  it('of a past day: within the spell, with a reason, at 00:00 JST of the day', () => {
    const since3 = registered({ registeredOn: '2018-01-03' });
    const past: Deregister = { ...deregister, on: '2018-01-05', reason: '退職' };
    given(since3)
      .when(past)
      .then({
        ...deregistered({ registeredOn: '2018-01-03', lastDay: '2018-01-05', reason: '退職' }),
        occurredAt: '2018-01-04T15:00:00.000Z',
      })
      .andAgain()
      .thenNothing();
    given(since3)
      .when({ ...past, on: '2018-01-02' })
      .thenRefused({ code: 'before-registration', pointer: '/on' });
    given(since3)
      .when({ ...past, on: '2018-01-11' })
      .thenRefused({ code: 'deregistered-in-the-future', pointer: '/on' });
    given(since3)
      .when({ ...deregister, on: '2018-01-05' })
      .thenRefused({ code: 'reason-missing', pointer: '/reason' });
    given(since3, deregistered({ lastDay: '2018-01-05' }))
      .when({ ...past, on: '2018-01-04' })
      .thenRefused({ kind: 'conflict', code: 'not-registered' });
  });
});

describe('第6条: the contract ends and the registry ends its IDs', () => {
  const end = { type: 'EndWithContract', now: '2018-01-31T15:00:00.000Z', lastDay: '2018-01-31' } as const;
  const ended = (more: Partial<IdDeregistered['data']> = {}): IdDeregistered => ({
    ...deregistered({ lastDay: '2018-01-31', cause: 'contract-ended', ...more }),
    occurredAt: '2018-01-31T15:00:00.000Z',
  });

  it('deregisters as of the last day, at its end; again is nothing', () => {
    given(registered(), deviceOf(1))
      .when(end)
      .then(ended(), {
        type: 'DeviceRevoked',
        version: 1,
        data: { ...of, device: 'dev_1', cause: 'deregistered' },
      })
      .andAgain()
      .thenNothing();
  });

  it('deregisters a suspended ID too', () => {
    given(registered(), suspended).when(end).then(ended());
  });

  it('does nothing a millisecond before the end, and nothing to an ID that ended before', () => {
    given(registered())
      .when({ ...end, now: '2018-01-31T14:59:59.999Z' })
      .thenNothing();
    given(registered(), deregistered()).when(end).thenNothing();
  });

  it('recorded late: occurred at the end of the last day, whenever it is recorded', () => {
    given(registered())
      .when({ ...end, now: '2018-03-05T00:00:00.000Z' })
      .then(ended());
  });

  it('recorded late: a spell begun after the last day keeps its first day only, which is outside the window', () => {
    given(registered({ registeredOn: '2018-02-03' }))
      .when({ ...end, now: '2018-03-05T00:00:00.000Z' })
      .then(ended({ registeredOn: '2018-02-03', lastDay: '2018-02-03' }));
  });
});

describe('an ID can be suspended and resumed', () => {
  it('suspends once', () => {
    given(registered())
      .when({ type: 'Suspend', now: NOW, reason: 'lost' })
      .then({ type: 'IdSuspended', version: 1, data: { ...of, reason: 'lost' } })
      .andAgain()
      .thenNothing();
  });

  it('resumes once', () => {
    given(registered(), suspended).when({ type: 'Resume', now: NOW }).then(resumed).andAgain().thenNothing();
  });

  it('is not there before its first registration', () => {
    for (const type of ['Suspend', 'Resume', 'Deregister'] as const)
      when({ type, now: NOW }).thenRefused({ kind: 'not-found', code: 'not-found' });
  });

  it('does neither to an ID that is not registered', () => {
    given(registered(), deregistered())
      .when({ type: 'Suspend', now: NOW })
      .thenRefused({ kind: 'conflict', code: 'not-registered' });
    given(registered(), deregistered())
      .when({ type: 'Resume', now: NOW })
      .thenRefused({ kind: 'conflict', code: 'not-registered' });
  });
});

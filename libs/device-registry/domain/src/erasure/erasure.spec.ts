import { describe, it } from '@jest/globals';
import { event } from '@smartkey/kernel';
import { specOf } from '@smartkey/testing';
import { accountDecider } from '../account.decider.ts';
import {
  accepted,
  deregistered,
  NOW,
  of,
  registered,
  registration,
  suspended,
} from '../testing/account.fixture.ts';

const { given } = specOf(accountDecider, { at: NOW });

const erase = { type: 'ErasePersonalData', now: NOW, reason: '本人の求め' } as const;
const erased = event('PersonalDataErased', { ...of, cause: 'request', reason: '本人の求め' } as const);
const hold = { type: 'SetLegalHold', now: NOW, reason: '訴訟' } as const;
const held = event('LegalHoldSet', { ...of, reason: '訴訟' });
const lift = { type: 'LiftLegalHold', now: NOW, reason: '和解' } as const;
const byRetention = (endedBefore: '2018-01-11' | '2018-01-10') =>
  ({ type: 'EraseByRetention', now: NOW, endedBefore }) as const;

describe('the personal data of an ID', () => {
  it('are erased once it is not registered any more', () => {
    given(registered(), deregistered()).when(erase).then(erased).andAgain().thenNothing();
  });

  it('stay while it is registered, or suspended, which counts the same', () => {
    const refused = { kind: 'conflict', code: 'still-registered' } as const;
    given(registered()).when(erase).thenRefused(refused);
    given(registered(), suspended).when(erase).thenRefused(refused);
  });

  it('are nobody’s where it was never registered', () => {
    given().when(erase).thenRefused({ kind: 'not-found', code: 'not-found' });
  });

  it('once erased come back by no registration: the external id is another account', () => {
    given(registered(), deregistered(), erased)
      .when(registration)
      .thenRefused({ kind: 'conflict', code: 'personal-data-erased' });
  });

  it('once erased leave days that can still be put right, the reason sealed elsewhere', () => {
    given(registered(), deregistered(), erased)
      .when({ type: 'VoidRegistration', now: NOW, spell: 1, reason: '誤登録' })
      .then(
        event('RegistrationVoided', {
          ...of,
          spell: 1,
          registeredOn: '2018-01-10',
          lastDay: '2018-01-10',
          reason: '誤登録',
          afterErasure: true,
        } as const),
      );
    given(registered({ registeredOn: '2018-01-05' }), deregistered({ registeredOn: '2018-01-05' }), erased)
      .when({
        type: 'CorrectRegistration',
        now: NOW,
        spell: 1,
        deregisteredOn: '2018-01-08',
        reason: '誤り',
        terms: accepted,
      })
      .then(
        event(
          'RegistrationCorrected',
          {
            ...of,
            spell: 1,
            registeredOn: '2018-01-05',
            lastDay: '2018-01-08',
            formerRegisteredOn: '2018-01-05',
            formerLastDay: '2018-01-10',
            reason: '誤り',
            afterErasure: true,
          } as const,
          '2018-01-07T15:00:00.000Z',
        ),
      );
  });
});

describe('a legal hold', () => {
  it('keeps them from being erased until it is lifted', () => {
    given(registered(), deregistered()).when(hold).then(held).andAgain().thenNothing();
    given(registered(), deregistered(), held)
      .when(erase)
      .thenRefused({ kind: 'conflict', code: 'legal-hold' });
    given(registered(), deregistered(), held)
      .when(lift)
      .then(event('LegalHoldLifted', { ...of, reason: '和解' }))
      .andAgain()
      .thenNothing();
    given(registered(), deregistered(), held, event('LegalHoldLifted', { ...of, reason: '和解' }))
      .when(erase)
      .then(erased);
  });

  it('outlives a registration of the same ID', () => {
    given(registered(), deregistered(), held, registered({ spell: 2 }), deregistered({ spell: 2 }))
      .when(erase)
      .thenRefused({ kind: 'conflict', code: 'legal-hold' });
  });

  it('comes too late for what was erased', () => {
    given(registered(), deregistered(), erased)
      .when(hold)
      .thenRefused({ kind: 'conflict', code: 'personal-data-erased' });
  });
});

describe('the retention setting', () => {
  const byItself = event('PersonalDataErased', { ...of, cause: 'retention' } as const);

  it('erases what ended before its day, and nothing later', () => {
    given(registered(), deregistered())
      .when(byRetention('2018-01-11'))
      .then(byItself)
      .andAgain()
      .thenNothing();
    given(registered(), deregistered()).when(byRetention('2018-01-10')).thenNothing();
  });

  it('leaves alone what is registered or held', () => {
    given(registered()).when(byRetention('2018-01-11')).thenNothing();
    given(registered(), deregistered(), held).when(byRetention('2018-01-11')).thenNothing();
    given().when(byRetention('2018-01-11')).thenNothing();
  });
});

import { describe, expect, it } from '@jest/globals';
import { event, type Fact } from '@smartkey/kernel';
import { specOf } from '@smartkey/testing';
import type { PersonCommand } from './person.commands.ts';
import { personDecider } from './person.decider.ts';
import type { PersonEvent } from './person.events.ts';
import { evolve, nobody } from './person.state.ts';
import { by, invited, link, member, officer, SUZUKI } from './testing/person.fixture.ts';

const { given } = specOf(personDecider);
const person = 'per_1';
const others = { otherManagers: 1 };
const none = { otherManagers: 0 };

describe('coming', () => {
  const invite: PersonCommand = {
    type: 'Invite',
    ...by(),
    who: { ...SUZUKI, roles: ['finance', 'operator'] },
    link,
  };
  it('somebody is invited once, with roles in one order', () => {
    given()
      .when(invite)
      .then(
        event('PersonInvited', { ...SUZUKI, roles: ['operator', 'finance'] }),
        event('InvitationIssued', link),
      )
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'person-exists' });
  });
  it('not to nothing', () => {
    given()
      .when({ ...invite, who: { ...SUZUKI, roles: [] } })
      .thenRefused({ kind: 'invalid', code: 'nothing-allowed', pointer: '/roles' });
    given()
      .when({ ...invite, who: { ...SUZUKI, contract: 'ctr_1', rights: [] } })
      .thenRefused({ code: 'nothing-allowed', pointer: '/rights' });
  });
  it('an invitation is accepted; one that came by mail confirms the address', () => {
    given(...invited)
      .when({ type: 'AcceptInvitation', ...by(), channel: 'mail' })
      .then(event('InvitationAccepted', { channel: 'mail' }))
      .thenState((state) => expect(state).toMatchObject({ stage: 'active', emailConfirmed: true }));
    given(...invited)
      .when({ type: 'AcceptInvitation', ...by(), channel: 'shown' })
      .then(event('InvitationAccepted', { channel: 'shown' }))
      .thenState((state) => expect(state).toMatchObject({ stage: 'active', emailConfirmed: false }));
  });
  it('another link is for who has no way in, and for nobody else', () => {
    given(...invited)
      .when({ type: 'InviteAgain', ...by(), link })
      .then(event('InvitationIssued', link));
    given(officer('operator'))
      .when({ type: 'InviteAgain', ...by(), link })
      .then(event('InvitationIssued', link));
    given(officer('operator'), event('PasskeyAdded', { passkey: 'psk_1', name: '電話' }))
      .when({ type: 'InviteAgain', ...by(), link })
      .thenRefused({ code: 'already-here' });
    given(officer('operator'), event('PersonSuspended', {}))
      .when({ type: 'AcceptInvitation', ...by(), channel: 'mail' })
      .thenRefused({ code: 'person-suspended' });
  });
});

describe('roles and rights', () => {
  it('change, and again nothing', () => {
    given(officer('operator'))
      .when({ type: 'ChangeRoles', ...by(), person, roles: ['auditor', 'operator'], ...none })
      .then(event('RolesChanged', { roles: ['operator', 'auditor'] }))
      .andAgain()
      .thenNothing();
    given(member('read'))
      .when({ type: 'ChangeRights', ...by(), person, rights: ['read', 'ids'], ...none })
      .then(event('RightsChanged', { contract: 'ctr_1', rights: ['ids', 'read'] }))
      .andAgain()
      .thenNothing();
  });
  it('nobody changes their own', () => {
    given(officer('operator'))
      .when({ type: 'ChangeRoles', ...by(person), person, roles: ['operator', 'finance'], ...others })
      .thenRefused({ kind: 'forbidden', code: 'own-person' });
    given(member('administer'))
      .when({ type: 'ChangeRights', ...by(person), person, rights: ['administer', 'ids'], ...others })
      .thenRefused({ kind: 'forbidden', code: 'own-person' });
  });
  it('the last operator and the last administrator stay', () => {
    given(officer('operator', 'finance'))
      .when({ type: 'ChangeRoles', ...by(), person, roles: ['finance'], ...none })
      .thenRefused({ kind: 'conflict', code: 'last-operator' });
    given(officer('operator', 'finance'))
      .when({ type: 'ChangeRoles', ...by(), person, roles: ['finance'], ...others })
      .then(event('RolesChanged', { roles: ['finance'] }));
    given(member('administer'))
      .when({ type: 'ChangeRights', ...by(), person, rights: ['read'], ...none })
      .thenRefused({ kind: 'conflict', code: 'last-administrator' });
  });
  it('roles are of the operator’s side, rights of a contract', () => {
    given(member('read'))
      .when({ type: 'ChangeRoles', ...by(), person, roles: ['operator'], ...others })
      .thenRefused({ code: 'no-roles' });
    given(officer('operator'))
      .when({ type: 'ChangeRights', ...by(), person, rights: ['read'], ...others })
      .thenRefused({ code: 'no-rights' });
  });
});

describe('suspension and leaving', () => {
  it('a suspension is put on and lifted by others, once each', () => {
    given(officer('operator'))
      .when({ type: 'Suspend', ...by(), person, reason: '休職', ...others })
      .then(event('PersonSuspended', { reason: '休職' }))
      .andAgain()
      .thenNothing();
    given(officer('operator'), event('PersonSuspended', {}))
      .when({ type: 'Resume', ...by(), person })
      .then(event('PersonResumed', {}))
      .andAgain()
      .thenNothing();
    given(officer('operator'))
      .when({ type: 'Suspend', ...by(person), person, ...others })
      .thenRefused({ code: 'own-person' });
    given(officer('operator'))
      .when({ type: 'Suspend', ...by(), person, ...none })
      .thenRefused({ code: 'last-operator' });
    given(...invited)
      .when({ type: 'Suspend', ...by(), person, ...others })
      .thenRefused({ code: 'not-yet-here' });
  });
  it('who leaves leaves for good, with a list of the keys', () => {
    given(member('ids'))
      .when({ type: 'Leave', ...by(), person, keys: ['key_1'], ...none })
      .then(event('PersonLeft', { keys: ['key_1'] }))
      .andAgain()
      .thenNothing();
    given(member('administer'))
      .when({ type: 'Leave', ...by(), person, keys: [], ...none })
      .thenRefused({ code: 'last-administrator' });
    given(...invited, event('PersonLeft', { keys: [] }))
      .when({ type: 'AcceptInvitation', ...by(), channel: 'mail' })
      .thenRefused({ code: 'person-left' });
  });
});

describe('ways in', () => {
  const key1 = event('PasskeyAdded', { passkey: 'psk_1', name: '電話' });
  it('passkeys come and go, but for the last way in', () => {
    given(officer('operator'))
      .when({ type: 'AddPasskey', ...by(person), passkey: 'psk_1', name: '電話' })
      .then(key1)
      .andAgain()
      .thenNothing();
    given(officer('operator'), key1)
      .when({ type: 'RemovePasskey', ...by(person), passkey: 'psk_1' })
      .thenRefused({ code: 'last-way-in' });
    given(officer('operator'), key1, event('ProviderBound', { issuer: 'https://id.example', subject: 's' }))
      .when({ type: 'RemovePasskey', ...by(person), passkey: 'psk_1' })
      .then(event('PasskeyRemoved', { passkey: 'psk_1' }));
    given(officer('operator'), key1)
      .when({ type: 'RemovePasskey', ...by(person), passkey: 'psk_2' })
      .thenRefused({ kind: 'not-found', code: 'passkey-unknown' });
  });
  it('10 passkeys, and no more', () => {
    const ten = Array.from({ length: 10 }, (_, n) =>
      event('PasskeyAdded', { passkey: `psk_${n}`, name: 'x' }),
    );
    given(officer('operator'), ...ten)
      .when({ type: 'AddPasskey', ...by(person), passkey: 'psk_x', name: 'x' })
      .thenRefused({ code: 'too-many-passkeys' });
  });
  it('a recovery ends every way in that was there', () => {
    given(officer('operator'), key1, event('RecoveryCodeIssued', {}))
      .when({ type: 'Recover', ...by(person), by: 'code' })
      .then(event('Recovered', { by: 'code' }))
      .thenState((state) =>
        expect(state).toMatchObject({ credentials: { passkeys: [], providers: [], hasRecoveryCode: false } }),
      );
  });
  it('who is suspended adds none', () => {
    given(officer('operator'), event('PersonSuspended', {}))
      .when({ type: 'AddPasskey', ...by(person), passkey: 'psk_1', name: '電話' })
      .thenRefused({ code: 'person-suspended' });
  });
});

describe('the state of a person', () => {
  it('an address that changed is nobody’s until a link that went there comes back', () => {
    given(...invited, event('InvitationAccepted', { channel: 'mail' }))
      .when({ type: 'ChangeDetails', ...by(), email: 'new@example.co.jp' })
      .then(event('DetailsChanged', { email: 'new@example.co.jp' }))
      .thenState((state) => expect(state).toMatchObject({ emailConfirmed: false }));
  });
  it('an address is the person’s once its link came back: another from then on, and again nothing', () => {
    const email = 'new@example.co.jp';
    given(officer('operator'))
      .when({ type: 'ConfirmAddress', ...by(person), email })
      .then(event('AddressConfirmed', { email }))
      .andAgain()
      .thenNothing();
    given(officer('operator'), event('AddressConfirmed', { email }))
      .when({ type: 'ChangeDetails', ...by(), email: 'other@example.co.jp' })
      .then(event('DetailsChanged', { email: 'other@example.co.jp' }))
      .thenState((state) => expect(state).toMatchObject({ emailConfirmed: false }));
    given(officer('operator'), event('PersonSuspended', {}))
      .when({ type: 'ConfirmAddress', ...by(person), email })
      .thenRefused({ code: 'person-suspended' });
  });
  it('is total: any event in any state, in any order', () => {
    const facts: PersonEvent[] = [
      ...invited,
      officer('operator'),
      member('read'),
      event('InvitationAccepted', { channel: 'mail' }),
      event('RolesChanged', { roles: ['finance'] }),
      event('RightsChanged', { contract: 'ctr_1', rights: ['ids'] }),
      event('DetailsChanged', { name: 'x' }),
      event('AddressConfirmed', { email: 'x@example.co.jp' }),
      event('PersonSuspended', {}),
      event('PersonResumed', {}),
      event('PersonLeft', { keys: [] }),
      event('PasskeyAdded', { passkey: 'psk_1', name: 'x' }),
      event('PasskeyRemoved', { passkey: 'psk_1' }),
      event('ProviderBound', { issuer: 'i', subject: 's' }),
      event('ProviderUnbound', { issuer: 'i' }),
      event('RecoveryCodeIssued', {}),
      event('RecoveryBegun', { by: 'code' }),
      event('Recovered', { by: 'code' }),
    ];
    const at = '2018-01-01T00:00:00.000Z';
    const fact = (each: PersonEvent) => ({ ...each, occurredAt: at, recordedAt: at }) as Fact<PersonEvent>;
    for (const first of facts)
      for (const second of facts)
        for (const third of facts)
          expect([first, second, third].map(fact).reduce(evolve, nobody)).toHaveProperty('stage');
  });
});

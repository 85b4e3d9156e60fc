import { describe, expect, it } from '@jest/globals';
import type { AuthenticationEvent } from '@smartkey/authentication-domain';
import type { RecordedEvent } from '@smartkey/kernel';
import { publish } from './publish.ts';

const contract = 'ctr_1';
const account = 'rid_1';
const device = 'dev_1';
const enrolment = 'enr_1';

const recorded = (type: AuthenticationEvent['type'], data: object): RecordedEvent => ({
  id: '00000000-0000-8000-8000-000000000000',
  type,
  version: 1,
  data,
  metadata: { commandId: 'command', actor: { role: 'operator', key: 'key_1' } },
  stream: `authentication-${account}`,
  revision: 3,
  position: 9n,
  occurredAt: '2018-01-31T14:59:59.999Z',
  recordedAt: '2018-01-31T15:00:00.000Z',
  hash: '',
});

describe('what the others may read of authentication', () => {
  it.each<[AuthenticationEvent['type'], object, object]>([
    [
      'AuthSucceeded',
      { account, device, authentication: 'aut_1' },
      { account, device, authentication: 'aut_1' },
    ],
    ['CredentialIssued', { account, device, enrolment }, { account, device, enrolment }],
    ['CredentialConfirmed', { account, device, enrolment }, { account, device, enrolment }],
    ['CredentialErased', { account, device, cause: 'revoked' }, { account, device }],
    ['AccountLocked', { account, failures: 100 }, { account, failures: 100 }],
    ['AccountUnlocked', { account }, { account }],
    [
      'DenialsCounted',
      { from: 'a', to: 'b', byReason: { locked: 2 } },
      { from: 'a', to: 'b', byReason: { locked: 2 } },
    ],
  ])('%s: the contract on the envelope, and these fields alone', (type, data, published) => {
    const event = recorded(type, { contract, step: 7, code: '123456', ...data });
    expect(publish(event)).toEqual({ type, version: 1, contract, data: published });
  });

  it('the end of a lock is told where it has one', () => {
    const until = '2018-01-31T15:00:30.000Z';
    const event = recorded('AccountLocked', { contract, account, failures: 5, until });
    expect(publish(event).data).toEqual({ account, failures: 5, until });
  });

  it('refuses what it does not know, rather than tell it', () => {
    expect(() => publish(recorded('Unheard' as 'AuthSucceeded', { contract }))).toThrow('Unheard');
  });
});

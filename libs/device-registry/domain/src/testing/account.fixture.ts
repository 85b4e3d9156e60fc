import type { JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import type { KnownAccount, AccountState } from '../account.state.ts';
import type { StartEnrolment } from '../enrolment/enrolment.decide.ts';
import type { DeviceEnrolled, EnrolmentStarted } from '../enrolment/enrolment.events.ts';
import type { Register } from '../registration/registration.decide.ts';
import {
  ID_REGISTERED_VERSION,
  type IdDeregistered,
  type IdRegistered,
} from '../registration/registration.events.ts';
import type { AcceptedTerms } from '../shared/contract-terms.ts';

// Facts and commands that the specs start from: one account of one contract, at noon (JST) of 10 January 2018.
export const NOW: Instant = '2018-01-10T03:00:00.000Z';
export const TODAY: JstDay = '2018-01-10';
export const of = { account: 'rid_1', contract: 'ctr_1' } as const;

export const accepted: AcceptedTerms = { accepted: true, acceptedOn: '2018-01-01' };

export const registration: Register = {
  type: 'Register',
  now: NOW,
  ...of,
  externalId: 'taro',
  terms: accepted,
};

export const registered = (more: Partial<IdRegistered['data']> = {}): IdRegistered => ({
  type: 'IdRegistered',
  version: ID_REGISTERED_VERSION,
  data: {
    ...of,
    externalId: 'taro',
    spell: 1,
    registeredOn: TODAY,
    ...more,
  },
});

export const deregistered = (more: Partial<IdDeregistered['data']> = {}): IdDeregistered => ({
  type: 'IdDeregistered',
  version: 1,
  data: { ...of, spell: 1, registeredOn: TODAY, lastDay: TODAY, cause: 'request', ...more },
});

export const suspended = { type: 'IdSuspended', version: 1, data: of } as const;
export const resumed = { type: 'IdResumed', version: 1, data: of } as const;

/** The state of an account that was registered at least once. */
export function known(state: AccountState): KnownAccount {
  if (state.status === 'unregistered') throw new Error('the account was never registered');
  return state;
}

const totp = { digits: 6, period: 30, algorithm: 'SHA1' } as const;

export const enrolmentOf = (
  number: number,
  more: Partial<EnrolmentStarted['data']> = {},
): EnrolmentStarted => ({
  type: 'EnrolmentStarted',
  version: 1,
  data: {
    ...of,
    enrolment: `enr_${number}`,
    device: `dev_${number}`,
    ...totp,
    expiresAt: '2018-01-10T03:10:00.000Z',
    ...more,
  },
});

export const enrolledOf = (number: number): DeviceEnrolled => ({
  type: 'DeviceEnrolled',
  version: 1,
  data: { ...of, enrolment: `enr_${number}`, device: `dev_${number}` },
});

/** The facts of a device that was enrolled and confirmed. */
export const deviceOf = (number: number) => [enrolmentOf(number), enrolledOf(number)];

export const startOf = (number: number, more: Partial<StartEnrolment> = {}): StartEnrolment => ({
  type: 'StartEnrolment',
  now: NOW,
  enrolment: `enr_${number}`,
  device: `dev_${number}`,
  ...totp,
  expiresInSeconds: 600,
  maxDevices: 5,
  ...more,
});

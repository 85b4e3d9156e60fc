import { event } from '@smartkey/kernel';
import type { KnownAccount } from '../account.state.ts';
import { whose } from '../shared/account-ids.ts';
import type { EnrolmentEnded } from './enrolment.events.ts';
import type { Enrolment } from './enrolment.state.ts';

/** An enrolment gives way to something else. */
export const supersededBy = (account: KnownAccount, { enrolment, device }: Enrolment): EnrolmentEnded =>
  event('EnrolmentEnded', { ...whose(account), enrolment, device, cause: 'superseded' });

import { event } from '@smartkey/kernel';
import type { AccountEvent } from '../account.events.ts';
import type { KnownAccount } from '../account.state.ts';
import { openLinkOf } from '../enrolment-link/enrolment-link.state.ts';
import { whose } from '../shared/account-ids.ts';

/** What ends with a spell, however it ends: the enrolment that waits, and every device (第5条1項). */
export function endsWithSpell(account: KnownAccount): readonly AccountEvent[] {
  const { devices, enrolments } = account;
  const cause = 'deregistered';
  const ended = (enrolments.waiting === undefined ? [] : [enrolments.waiting]).map(({ enrolment, device }) =>
    event('EnrolmentEnded', { ...whose(account), enrolment, device, cause }),
  );
  const revoked = devices
    .filter(({ status }) => status !== 'revoked')
    .map(({ device }) => event('DeviceRevoked', { ...whose(account), device, cause }));
  const link = openLinkOf(enrolments.links);
  const closed =
    link === undefined
      ? []
      : [event('EnrolmentLinkEnded', { ...whose(account), link: link.link, cause: 'revoked' })];
  return [...ended, ...closed, ...revoked];
}

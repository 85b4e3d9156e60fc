import { describe, it } from '@jest/globals';
import { event } from '@smartkey/kernel';
import { specOf } from '@smartkey/testing';
import { accountDecider } from '../account.decider.ts';
import {
  deregistered,
  deviceOf,
  enrolledOf,
  enrolmentOf,
  NOW,
  of,
  registered,
  startOf,
  suspended,
} from '../testing/account.fixture.ts';
import type { IssueEnrolmentLink, ProveEnrolmentLink } from './enrolment-link.decide.ts';
import type { EnrolmentLinkIssued, LinkEnd } from './enrolment-link.events.ts';

const { given } = specOf(accountDecider, { at: NOW });

const TOMORROW = '2018-01-11T03:00:00.000Z';
const link = 'lnk_1' as const;
const issue = (more: Partial<IssueEnrolmentLink> = {}): IssueEnrolmentLink => ({
  type: 'IssueEnrolmentLink',
  now: NOW,
  link,
  channel: 'shown',
  issuedAt: NOW,
  expiresAt: TOMORROW,
  maxDevices: 5,
  ...more,
});
const issued = (more: Partial<EnrolmentLinkIssued['data']> = {}) =>
  event('EnrolmentLinkIssued', { ...of, link, channel: 'shown', expiresAt: TOMORROW, ...more } as const);
const opened = event('EnrolmentLinkOpened', { ...of, link });
const ended = (cause: LinkEnd) => event('EnrolmentLinkEnded', { ...of, link, cause });
const byLink = (number: number) => enrolmentOf(number, { link });
const superseded = (number: number) =>
  event('EnrolmentEnded', {
    ...of,
    enrolment: `enr_${number}`,
    device: `dev_${number}`,
    cause: 'superseded',
  } as const);
const wrongCode = (number: number, triesLeft: number) =>
  event('EnrolmentCodeRefused', { ...of, enrolment: `enr_${number}`, triesLeft } as const);
const open = { type: 'OpenEnrolmentLink', now: NOW, link } as const;
const revoke = { type: 'RevokeEnrolmentLink', now: NOW, link } as const;
const told = (more: Partial<ProveEnrolmentLink> = {}): ProveEnrolmentLink => ({
  type: 'ProveEnrolmentLink',
  now: NOW,
  link,
  by: 'number',
  numberDigest: 'right',
  ...more,
});
const withNumber = issued({ reason: '電話で確認', numberDigest: 'right' });

describe('a link by which the user enrols: issued → opened → confirmed, expired, revoked or exhausted', () => {
  it('is one for each ID: another revokes it, or finds it expired by the clock that links go by', () => {
    given(registered()).when(issue()).then(issued());
    given(registered(), issued())
      .when(issue({ link: 'lnk_2' }))
      .then(ended('revoked'), issued({ link: 'lnk_2' }));
    given(registered(), issued())
      .when(issue({ link: 'lnk_2', issuedAt: TOMORROW, expiresAt: '2018-01-12T03:00:00.000Z' }))
      .then(ended('expired'), issued({ link: 'lnk_2', expiresAt: '2018-01-12T03:00:00.000Z' }));
  });

  it('is opened once, and never after it was revoked', () => {
    given(registered(), issued()).when(open).then(opened);
    given(registered(), issued(), opened).when(open).thenRefused({ kind: 'gone', code: 'link-over' });
    given(registered(), issued(), ended('revoked')).when(open).thenRefused({ code: 'link-over' });
    given(registered(), issued(), suspended).when(open).thenRefused({ code: 'id-suspended' });
  });

  it('is issued for an ID that may be used', () => {
    given(registered(), suspended).when(issue()).thenRefused({ code: 'id-suspended' });
    given(registered(), deregistered()).when(issue()).thenRefused({ code: 'not-registered' });
    given(registered(), [1, 2, 3, 4, 5].flatMap(deviceOf))
      .when(issue())
      .thenRefused({ code: 'too-many-devices' });
  });

  it('lets enrol once it was opened, and is confirmed with the device', () => {
    given(registered(), issued()).when(startOf(1, { link })).thenRefused({ kind: 'gone', code: 'link-over' });
    given(registered(), issued(), opened).when(startOf(1, { link })).then(byLink(1));
    given(registered(), issued(), opened, byLink(1), enrolledOf(1))
      .when(startOf(2, { link }))
      .thenRefused({ code: 'link-over' });
  });

  it('shows three secrets, and is exhausted by the fourth', () => {
    const three = [byLink(1), superseded(1), byLink(2), superseded(2), byLink(3)];
    given(registered(), issued(), opened, ...three)
      .when(startOf(4, { link }))
      .then(superseded(3), ended('exhausted'));
  });

  it('forgives five wrong codes over all that it shows', () => {
    const two = [byLink(1), wrongCode(1, 4), wrongCode(1, 3), superseded(1), byLink(2)];
    given(registered(), issued(), opened, ...two, wrongCode(2, 4), wrongCode(2, 3))
      .when({ type: 'RefuseEnrolmentCode', now: NOW, enrolment: 'enr_2', triesLeft: 2 })
      .then(
        wrongCode(2, 0),
        event('EnrolmentEnded', {
          ...of,
          enrolment: 'enr_2',
          device: 'dev_2',
          cause: 'too-many-tries',
        } as const),
        ended('exhausted'),
      );
  });

  it('is revoked together with what it began', () => {
    given(registered(), issued(), opened, byLink(1))
      .when(revoke)
      .then(superseded(1), ended('revoked'))
      .andAgain()
      .thenNothing();
  });

  it('ends with the registration', () => {
    given(registered(), issued())
      .when({ type: 'Deregister', now: NOW })
      .then(deregistered(), ended('revoked'));
  });
});

describe('an ID that ever had a device asks for more than the link', () => {
  it('lets nobody enrol by the link alone, not even where the device was revoked', () => {
    const revoked = event('DeviceRevoked', { ...of, device: 'dev_1', cause: 'request' } as const);
    given(registered(), deviceOf(1), issued(), opened)
      .when(startOf(2, { link }))
      .thenRefused({ kind: 'conflict', code: 'link-proof-missing' });
    given(registered(), deviceOf(1), revoked, issued(), opened)
      .when(startOf(2, { link }))
      .thenRefused({ code: 'link-proof-missing' });
  });

  it('takes the number that the administrator told, which comes with how it was seen who asks', () => {
    given(registered())
      .when(issue({ numberDigest: 'right' }))
      .thenRefused({ code: 'reason-for-identity-missing' });
    const proven = event('EnrolmentLinkProven', { ...of, link, by: 'number' } as const);
    given(registered(), deviceOf(1), withNumber, opened).when(told()).then(proven).andAgain().thenNothing();
    given(registered(), deviceOf(1), withNumber, opened, proven).when(startOf(2, { link })).then(byLink(2));
  });

  it('takes no number where none was given', () => {
    const refused = event('EnrolmentLinkCodeRefused', { ...of, link, triesLeft: 4 });
    given(registered(), deviceOf(1), issued(), opened)
      .when(told({ numberDigest: undefined }))
      .then(refused);
  });

  it('counts wrong numbers and codes, and the fifth ends the link', () => {
    const refused = (triesLeft: number) => event('EnrolmentLinkCodeRefused', { ...of, link, triesLeft });
    given(registered(), deviceOf(1), withNumber, opened, refused(4), refused(3), refused(2), refused(1))
      .when(told({ numberDigest: 'wrong' }))
      .then(refused(0), ended('exhausted'));
    given(registered(), deviceOf(1), withNumber, opened)
      .when(told({ by: 'device', numberDigest: undefined, right: false }))
      .then(refused(4));
  });
});

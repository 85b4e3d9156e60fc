import type { AuthenticationEvent } from '@smartkey/authentication-domain';
import { onlyFields, type RecordedEvent } from '@smartkey/kernel';
import type { AuthenticationMessages } from '@smartkey/messages';
import type { PublishedEvent, PublishedForms } from '@smartkey/runtime';
import { storedEvent } from './stored-events.ts';

/** What is published of each event; the contract goes into the message's envelope. */
const PUBLISHED: PublishedForms<AuthenticationEvent, AuthenticationMessages> = {
  CredentialIssued: onlyFields('account', 'device', 'enrolment'),
  CredentialConfirmed: onlyFields('account', 'device', 'enrolment'),
  CredentialErased: onlyFields('account', 'device'),
  AuthSucceeded: onlyFields('account', 'device', 'authentication'),
  AccountLocked: onlyFields('account', 'failures', 'until'),
  AccountUnlocked: onlyFields('account'),
  DenialsCounted: onlyFields('from', 'to', 'byReason'),
};

/** Pure: the published form of an event of this service's log. @throws Error where its type is unknown. */
export function publish(recorded: RecordedEvent): PublishedEvent {
  const { type, data } = storedEvent(recorded);
  const published = PUBLISHED[type] as (data: object) => object;
  return { type, version: 1, contract: data.contract, data: published(data) };
}

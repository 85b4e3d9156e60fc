import type { AccountEvent } from '@smartkey/device-registry-domain';
import { onlyFields, type ContractId, type RecordedEvent } from '@smartkey/kernel';
import { TOPICS, type DeviceRegistryMessages, type ToldFacts } from '@smartkey/messages';
import type { PublishedEvent, PublishedForms } from '@smartkey/runtime';
import { sealedEvent } from './stored-events.ts';

/** The fields of each event that other services may read: no names of people, no words of reasons. */
const PUBLISHED: PublishedForms<AccountEvent, DeviceRegistryMessages> = {
  IdRegistered: onlyFields('account', 'spell', 'registeredOn'),
  IdDeregistered: onlyFields('account', 'spell', 'registeredOn', 'lastDay', 'cause'),
  RegistrationVoided: onlyFields('account', 'spell', 'registeredOn', 'lastDay'),
  RegistrationCorrected: onlyFields(
    'account',
    'spell',
    'registeredOn',
    'lastDay',
    'formerRegisteredOn',
    'formerLastDay',
  ),
  IdSuspended: onlyFields('account'),
  IdResumed: onlyFields('account'),
  EnrolmentStarted: onlyFields('account', 'enrolment', 'device', 'expiresAt', 'replaces'),
  EnrolmentCodeRefused: onlyFields('account', 'enrolment', 'triesLeft'),
  EnrolmentEnded: onlyFields('account', 'enrolment', 'device', 'cause'),
  DeviceEnrolled: onlyFields('account', 'enrolment', 'device'),
  DeviceSuspended: onlyFields('account', 'device'),
  DeviceResumed: onlyFields('account', 'device'),
  DeviceRevoked: onlyFields('account', 'device', 'cause'),
  EnrolmentLinkIssued: onlyFields('account', 'link', 'channel', 'expiresAt'),
  EnrolmentLinkOpened: onlyFields('account', 'link'),
  EnrolmentLinkProven: onlyFields('account', 'link', 'by'),
  EnrolmentLinkCodeRefused: onlyFields('account', 'link', 'triesLeft'),
  EnrolmentLinkEnded: onlyFields('account', 'link', 'cause'),
  RecoveryCodesMade: onlyFields('account'),
  RecoveryCodeTaken: onlyFields('account', 'left'),
  DeviceReported: onlyFields('account', 'device'),
  EnrolmentReleased: onlyFields('account'),
  PersonalDataErased: onlyFields('account', 'cause'),
  LegalHoldSet: onlyFields('account'),
  LegalHoldLifted: onlyFields('account'),
};

/**
 * The published form of an event of the registry's log, whatever version it was stored in.
 * @throws TypeError for a type that this program does not know: nothing of it may slip out.
 */
export function publish(recorded: RecordedEvent): PublishedEvent & { readonly contract: ContractId } {
  const { type, data } = sealedEvent(recorded);
  const published = PUBLISHED[type] as (data: object) => object;
  return {
    type,
    version: TOPICS['device-registry'].messages[type],
    contract: data.contract,
    data: published(data),
  };
}

/** The same as it is told directly, with its place in the account's stream. */
export function toldOf(recorded: RecordedEvent): ToldFacts['messages'][number] {
  const { type, contract, data } = publish(recorded);
  const { stream, revision } = recorded;
  return { stream, type, revision, contract, data };
}

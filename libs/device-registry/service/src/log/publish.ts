import type { RecordedEvent, ContractId } from '@smartkey/kernel';
import {
  TOPICS,
  type DeviceRegistryMessages,
  type DeviceRegistryMessageType,
  type ToldFacts,
} from '@smartkey/messages';
import type { PublishedEvent } from '@smartkey/runtime';
import { sealedEvent } from './stored-events.ts';

type Fields = {
  readonly [Type in DeviceRegistryMessageType]: readonly (keyof DeviceRegistryMessages[Type] & string)[];
};

/** The fields of each event that other services may read: no names of people, no words of reasons. */
const PUBLISHED: Fields = {
  IdRegistered: ['account', 'spell', 'registeredOn'],
  IdDeregistered: ['account', 'spell', 'registeredOn', 'lastDay', 'cause'],
  RegistrationVoided: ['account', 'spell', 'registeredOn', 'lastDay'],
  RegistrationCorrected: [
    'account',
    'spell',
    'registeredOn',
    'lastDay',
    'formerRegisteredOn',
    'formerLastDay',
  ],
  IdSuspended: ['account'],
  IdResumed: ['account'],
  EnrolmentStarted: ['account', 'enrolment', 'device', 'expiresAt', 'replaces'],
  EnrolmentCodeRefused: ['account', 'enrolment', 'triesLeft'],
  EnrolmentEnded: ['account', 'enrolment', 'device', 'cause'],
  DeviceEnrolled: ['account', 'enrolment', 'device'],
  DeviceSuspended: ['account', 'device'],
  DeviceResumed: ['account', 'device'],
  DeviceRevoked: ['account', 'device', 'cause'],
  EnrolmentLinkIssued: ['account', 'link', 'channel', 'expiresAt'],
  EnrolmentLinkOpened: ['account', 'link'],
  EnrolmentLinkProven: ['account', 'link', 'by'],
  EnrolmentLinkCodeRefused: ['account', 'link', 'triesLeft'],
  EnrolmentLinkEnded: ['account', 'link', 'cause'],
  RecoveryCodesMade: ['account'],
  RecoveryCodeTaken: ['account', 'left'],
  DeviceReported: ['account', 'device'],
  EnrolmentReleased: ['account'],
  PersonalDataErased: ['account', 'cause'],
  LegalHoldSet: ['account'],
  LegalHoldLifted: ['account'],
};

/**
 * The published form of an event of the registry's log, whatever version it was stored in.
 * @throws TypeError for a type that this program does not know: nothing of it may slip out.
 */
export function publish(recorded: RecordedEvent): PublishedEvent & { readonly contract: ContractId } {
  const { type, data } = sealedEvent(recorded);
  const stored: Readonly<Record<string, unknown>> = { ...data };
  const fields: readonly string[] = PUBLISHED[type];
  return {
    type,
    version: TOPICS['device-registry'].messages[type],
    contract: data.contract,
    data: Object.fromEntries(fields.filter((name) => name in stored).map((name) => [name, stored[name]])),
  };
}

/** The same as it is told directly, with its place in the account's stream. */
export function toldOf(recorded: RecordedEvent): ToldFacts['messages'][number] {
  const { type, contract, data } = publish(recorded);
  const { stream, revision } = recorded;
  return { stream, type, revision, contract, data };
}

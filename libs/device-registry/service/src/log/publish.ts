import type { RecordedEvent } from '@smartkey/kernel';
import type { DeviceRegistryMessages, DeviceRegistryMessageType } from '@smartkey/messages';
import type { PublishedEvent } from '@smartkey/runtime';

type Fields = {
  readonly [Type in DeviceRegistryMessageType]: readonly (keyof DeviceRegistryMessages[Type] & string)[];
};

/** The fields of each event that other services may read: no names of people, no words of reasons. */
const PUBLISHED: Fields = {
  IdRegistered: ['account', 'externalIdDigest', 'spell', 'registeredOn'],
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
};

/**
 * The published form of an event of the registry's log. Stored and published shapes are both at version 1.
 * @throws TypeError for a type that this program does not know: nothing of it may slip out.
 */
export function publish(event: RecordedEvent): PublishedEvent {
  const fields = PUBLISHED[event.type as DeviceRegistryMessageType] as readonly string[] | undefined;
  if (fields === undefined) throw new TypeError(`no published form is known for ${event.type}`);
  const stored = event.data as Readonly<Record<string, unknown>>;
  return {
    type: event.type,
    version: event.version,
    contract: stored['contract'] as string,
    data: Object.fromEntries(fields.filter((name) => name in stored).map((name) => [name, stored[name]])),
  };
}

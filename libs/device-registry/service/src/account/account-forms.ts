import type { AccountEvent } from '@smartkey/device-registry-domain';
import type { EventForms, PersonalData } from '@smartkey/event-store';

const ofAccount = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (_stream, data) => data['account'] as string,
});

/** All at version 1. What names a person is sealed under the account's own key. */
export const accountForms: EventForms<AccountEvent> = {
  IdRegistered: { personal: ofAccount('externalId', 'displayName') },
  IdDeregistered: {},
  RegistrationVoided: {},
  RegistrationCorrected: {},
  IdSuspended: {},
  IdResumed: {},
  EnrolmentStarted: { personal: ofAccount('deviceName') },
  EnrolmentCodeRefused: {},
  EnrolmentEnded: {},
  DeviceEnrolled: {},
  DeviceSuspended: {},
  DeviceResumed: {},
  DeviceRevoked: {},
};

import type { AccountEvent } from '@smartkey/device-registry-domain';
import type { EventForms, PersonalData } from '@smartkey/event-store';

const ofAccount = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (_stream, data) => data['account'] as string,
});

/** All at version 1. What names a person, and the words of a reason, are sealed under the account's own key. */
export const accountForms: EventForms<AccountEvent> = {
  IdRegistered: { personal: ofAccount('externalId', 'displayName', 'reason') },
  IdDeregistered: { personal: ofAccount('reason') },
  RegistrationVoided: { personal: ofAccount('reason') },
  RegistrationCorrected: { personal: ofAccount('reason') },
  IdSuspended: { personal: ofAccount('reason') },
  IdResumed: { personal: ofAccount('reason') },
  EnrolmentStarted: { personal: ofAccount('deviceName') },
  EnrolmentCodeRefused: {},
  EnrolmentEnded: {},
  DeviceEnrolled: {},
  DeviceSuspended: {},
  DeviceResumed: {},
  DeviceRevoked: {},
};

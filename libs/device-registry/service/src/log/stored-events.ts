import type { AccountEvent } from '@smartkey/device-registry-domain';
import type { EventForms, PersonalData, Upcast } from '@smartkey/event-store';
import type { RecordedEvent, AccountId } from '@smartkey/kernel';

export const ACCOUNT_CATEGORY = 'account';

/** Stream of an account: one for each (contract, external id), for ever. */
export const accountStream = (account: AccountId): string => `${ACCOUNT_CATEGORY}-${account}`;

const ofAccount = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (_stream, data) => data['account'] as string,
});

/** As the last one; what is said after an erasure has no key of the account any more, and is sealed under the contract's. */
const ofAccountOrContract = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (_stream, data) => data[data['afterErasure'] === true ? 'contract' : 'account'] as string,
});

const ofContract = (...fields: readonly string[]): PersonalData => ({
  fields,
  subject: (_stream, data) => data['contract'] as string,
});

/**
 * Up to version 1 the event told the digest that its external id was found by: a pseudonym in plain, which no erasure could take back. What finds an
 * external id stands in tables alone.
 */
const withoutDigest: Upcast = ({ externalIdDigest: _gone, ...data }) => data;

/** What names a person, and the words of a reason, are sealed under the account's own key. */
export const storedEvents: EventForms<AccountEvent> = {
  IdRegistered: {
    personal: ofAccount('externalId', 'displayName', 'reason'),
    upcasts: [withoutDigest],
  },
  IdDeregistered: { personal: ofAccount('reason') },
  RegistrationVoided: { personal: ofAccountOrContract('reason') },
  RegistrationCorrected: { personal: ofAccountOrContract('reason') },
  IdSuspended: { personal: ofAccount('reason') },
  IdResumed: { personal: ofAccount('reason') },
  EnrolmentStarted: { personal: ofAccount('deviceName') },
  EnrolmentCodeRefused: {},
  EnrolmentEnded: {},
  DeviceEnrolled: {},
  DeviceSuspended: {},
  DeviceResumed: {},
  DeviceRevoked: {},
  EnrolmentLinkIssued: { personal: ofAccount('email', 'reason') },
  EnrolmentLinkOpened: {},
  EnrolmentLinkProven: {},
  EnrolmentLinkCodeRefused: {},
  EnrolmentLinkEnded: {},
  RecoveryCodesMade: {},
  RecoveryCodeTaken: {},
  DeviceReported: {},
  EnrolmentReleased: { personal: ofAccount('reason') },
  // The key of the account goes with it.
  PersonalDataErased: { personal: ofContract('reason') },
  LegalHoldSet: { personal: ofAccount('reason') },
  LegalHoldLifted: { personal: ofAccount('reason') },
};

const isStored = (event: RecordedEvent): event is RecordedEvent & AccountEvent =>
  Object.hasOwn(storedEvents, event.type);

/** An event whose personal data stay sealed, for rules that look at none of them. @throws TypeError for a type that this program does not know. */
export function sealedEvent(event: RecordedEvent): RecordedEvent & AccountEvent {
  if (!isStored(event)) throw new TypeError(`the log holds an event of unknown type ${event.type}`);
  return event;
}

import type { JstDay } from '@smartkey/calendar';
import type { Instant, AccountId, ContractId, DeviceId, EnrolmentId } from '@smartkey/kernel';
import {
  isDeviceRegistryMessage,
  type AccountStatus,
  type DeviceRegistryMessages,
  type DeviceStatus,
  type MessageOf,
} from '@smartkey/messages';

/** Days of registration, both included; open where `to` is missing (別紙1 備考1). */
export interface SpellFacts {
  readonly spell: number;
  readonly from: JstDay;
  readonly to?: JstDay;
}

/** The one enrolment that waits for its confirming code. */
export interface PendingEnrolment {
  readonly enrolment: EnrolmentId;
  readonly device: DeviceId;
  readonly expiresAt: Instant;
  /** The device that the new one is to take the place of. */
  readonly replaces?: DeviceId;
}

/** What the other services know of one account. */
export interface AccountFacts {
  readonly account: AccountId;
  /** Revision of the account's stream that these facts stand at; -1: nothing is known. */
  readonly revision: number;
  readonly contract?: ContractId;
  /** The personal data were erased. */
  readonly erased?: true;
  /** A legal hold keeps the personal data from being erased. */
  readonly held?: true;
  /** Missing: never registered. */
  readonly status?: AccountStatus;
  readonly spells: readonly SpellFacts[];
  readonly enrolment?: PendingEnrolment;
  /** By device id; a device is here from its confirmation on. */
  readonly devices: Readonly<Record<DeviceId, DeviceStatus>>;
}

/**
 * Answer of `GET /internal/contracts/{contract}/accounts/{rid}/facts?known=` and `…/by-digest/{digest}/facts?known=`. `null`:
 * nothing newer than the revision that is known, or the contract has no such account.
 */
export interface NewerFacts {
  readonly newer: FoundAccount | null;
}

/** With what its external id is found by (`externalIdDigest` of `@smartkey/secrets`); missing where that was erased. */
export type FoundAccount = AccountFacts & { readonly externalIdDigest?: string | undefined };

/** Answer of `POST /internal/accounts/lookup-digests {accounts}`, by account. Those that are not known, or whose data were erased, are missing. */
export interface LookupDigests {
  readonly digests: Readonly<Record<AccountId, string>>;
}

export const noAccountFacts = (account: AccountId): AccountFacts => ({
  account,
  revision: -1,
  spells: [],
  devices: {},
});

/** A message of an account's stream, as the bus brings it or as the registry tells it directly. */
export interface AccountMessage {
  readonly type: string;
  readonly revision: number;
  readonly contract?: ContractId;
  readonly data: unknown;
}

const withDevice = (facts: AccountFacts, device: DeviceId, status: DeviceStatus): AccountFacts => ({
  ...facts,
  devices: { ...facts.devices, [device]: status },
});

function withoutEnrolment(facts: AccountFacts, enrolment: EnrolmentId): AccountFacts {
  if (facts.enrolment?.enrolment !== enrolment) return facts;
  const { enrolment: _ended, ...rest } = facts;
  return rest;
}

function evolve(facts: AccountFacts, message: MessageOf<DeviceRegistryMessages>): AccountFacts {
  switch (message.type) {
    case 'IdRegistered': {
      const { spell, registeredOn } = message.data;
      return {
        ...facts,
        status: 'registered',
        spells: [...facts.spells, { spell, from: registeredOn }],
      };
    }
    case 'IdDeregistered': {
      const { spell, lastDay } = message.data;
      return {
        ...facts,
        status: 'deregistered',
        spells: facts.spells.map((one) => (one.spell === spell ? { ...one, to: lastDay } : one)),
      };
    }
    case 'RegistrationVoided': {
      const { spell, lastDay } = message.data;
      const spells = facts.spells.filter((one) => one.spell !== spell);
      return lastDay === undefined ? { ...facts, spells, status: 'deregistered' } : { ...facts, spells };
    }
    case 'RegistrationCorrected': {
      const { spell, registeredOn: from, lastDay: to } = message.data;
      const spells = facts.spells.map((one) =>
        one.spell === spell ? { spell, from, ...(to === undefined ? {} : { to }) } : one,
      );
      return { ...facts, spells };
    }
    case 'IdSuspended':
      return { ...facts, status: 'suspended' };
    case 'IdResumed':
      return { ...facts, status: 'registered' };
    case 'EnrolmentStarted': {
      const { enrolment, device, expiresAt, replaces } = message.data;
      return {
        ...facts,
        enrolment: { enrolment, device, expiresAt, ...(replaces === undefined ? {} : { replaces }) },
      };
    }
    case 'EnrolmentEnded':
      return withoutEnrolment(facts, message.data.enrolment);
    case 'DeviceEnrolled':
      return withDevice(withoutEnrolment(facts, message.data.enrolment), message.data.device, 'active');
    case 'DeviceSuspended':
      return withDevice(facts, message.data.device, 'suspended');
    case 'DeviceResumed':
      return withDevice(facts, message.data.device, 'active');
    case 'DeviceRevoked':
      return withDevice(facts, message.data.device, 'revoked');
    // What others know of devices does not change by it.
    case 'EnrolmentCodeRefused':
    case 'EnrolmentLinkIssued':
    case 'EnrolmentLinkOpened':
    case 'EnrolmentLinkProven':
    case 'EnrolmentLinkCodeRefused':
    case 'EnrolmentLinkEnded':
    case 'RecoveryCodesMade':
    case 'RecoveryCodeTaken':
    case 'DeviceReported':
    case 'EnrolmentReleased':
      return facts;
    case 'PersonalDataErased':
      return { ...facts, erased: true };
    case 'LegalHoldSet':
      return { ...facts, held: true };
    case 'LegalHoldLifted': {
      const { held: _lifted, ...rest } = facts;
      return rest;
    }
    default:
      return (message satisfies never, facts);
  }
}

/**
 * The facts after one more message of the account's stream. A message that is already in them changes nothing: the same one
 * may come by the bus and told directly. Whoever hears several folds them by `factsAfter`, and asks for `NewerFacts` where some are
 * missing.
 */
export function foldAccountFacts(facts: AccountFacts, message: AccountMessage): AccountFacts {
  if (message.revision <= facts.revision) return facts;
  const contract = message.contract ?? facts.contract;
  return {
    ...(isDeviceRegistryMessage(message) ? evolve(facts, message) : facts),
    ...(contract === undefined ? {} : { contract }),
    revision: message.revision,
  };
}

import type { DaySpan, JstDay } from '@smartkey/calendar';
import { unreachable, type Fact, type Instant } from '@smartkey/kernel';
import type { AccountEvent, EnrolmentEnd, TotpForm } from './account.events.ts';

/** How many confirming codes may be tried before an enrolment is over. */
export const ENROLMENT_TRIES = 5;

export type AccountStatus = 'unregistered' | 'registered' | 'suspended' | 'deregistered';
export type DeviceStatus = 'active' | 'suspended' | 'revoked';

export interface Spell {
  /** 1 for the first. */
  readonly spell: number;
  readonly registeredOn: JstDay;
  readonly registeredAt: Instant;
  /** Missing while it lasts. */
  readonly lastDay?: JstDay;
  readonly deregisteredAt?: Instant;
  /** It was entered by mistake and taken back: none of its days count. Its number stays taken. */
  readonly voided?: true;
}

export interface Device extends TotpForm {
  readonly device: string;
  readonly name?: string;
  readonly status: DeviceStatus;
  readonly enrolledAt: Instant;
}

export interface Enrolment extends TotpForm {
  readonly enrolment: string;
  readonly device: string;
  readonly deviceName?: string;
  readonly expiresAt: Instant;
  readonly replaces?: string;
  readonly triesLeft: number;
}

/** An account: one external id of one contract, through all its spells of registration. */
export interface Account {
  readonly status: AccountStatus;
  readonly account: string;
  readonly contract: string;
  readonly externalId: string;
  readonly externalIdDigest: string;
  readonly displayName?: string;
  /** In the order in which they were recorded; only the last can be open. */
  readonly spells: readonly Spell[];
  readonly devices: readonly Device[];
  /** The one enrolment that waits for its code. */
  readonly enrolment?: Enrolment;
  /** How the enrolments before it came to an end. */
  readonly pastEnrolments: Readonly<Record<string, 'confirmed' | EnrolmentEnd>>;
}

export const initialAccount: Account = {
  status: 'unregistered',
  account: '',
  contract: '',
  externalId: '',
  externalIdDigest: '',
  spells: [],
  devices: [],
  pastEnrolments: {},
};

const withStatus = (devices: readonly Device[], device: string, status: DeviceStatus): readonly Device[] =>
  devices.map((one) => (one.device === device ? { ...one, status } : one));

function withEnrolmentOver(state: Account, enrolment: string, end: 'confirmed' | EnrolmentEnd): Account {
  const { enrolment: waiting, ...rest } = state;
  const over = { ...rest, pastEnrolments: { ...state.pastEnrolments, [enrolment]: end } };
  return waiting === undefined || waiting.enrolment === enrolment ? over : { ...over, enrolment: waiting };
}

function enrolled(state: Account, enrolment: string, at: Instant): Account {
  const waiting = state.enrolment;
  const over = withEnrolmentOver(state, enrolment, 'confirmed');
  if (waiting?.enrolment !== enrolment) return over;
  const { device, deviceName, digits, period, algorithm } = waiting;
  const added: Device = {
    device,
    ...(deviceName === undefined ? {} : { name: deviceName }),
    status: 'active',
    enrolledAt: at,
    digits,
    period,
    algorithm,
  };
  return { ...over, devices: [...state.devices, added] };
}

/** The account after one more fact. Total: it never throws and never decides. */
export function evolve(state: Account, event: Fact<AccountEvent>): Account {
  switch (event.type) {
    case 'IdRegistered': {
      const { account, contract, externalId, externalIdDigest, displayName, spell, registeredOn } =
        event.data;
      const { displayName: _former, ...rest } = state;
      return {
        ...rest,
        status: 'registered',
        account,
        contract,
        externalId,
        externalIdDigest,
        ...(displayName === undefined ? {} : { displayName }),
        spells: [...state.spells, { spell, registeredOn, registeredAt: event.occurredAt }],
      };
    }
    case 'IdDeregistered': {
      const { spell, lastDay } = event.data;
      return {
        ...state,
        status: 'deregistered',
        spells: state.spells.map((one) =>
          one.spell === spell ? { ...one, lastDay, deregisteredAt: event.occurredAt } : one,
        ),
      };
    }
    case 'RegistrationVoided': {
      const { spell, lastDay } = event.data;
      return {
        ...state,
        status: lastDay === undefined ? 'deregistered' : state.status,
        spells: state.spells.map((one) => (one.spell === spell ? { ...one, voided: true } : one)),
      };
    }
    case 'RegistrationCorrected': {
      const { spell, registeredOn, lastDay } = event.data;
      return {
        ...state,
        spells: state.spells.map((one) =>
          one.spell === spell ? { ...one, registeredOn, ...(lastDay === undefined ? {} : { lastDay }) } : one,
        ),
      };
    }
    case 'IdSuspended':
      return { ...state, status: 'suspended' };
    case 'IdResumed':
      return { ...state, status: 'registered' };
    case 'EnrolmentStarted': {
      const { account: _account, contract: _contract, ...enrolment } = event.data;
      return { ...state, enrolment: { ...enrolment, triesLeft: ENROLMENT_TRIES } };
    }
    case 'EnrolmentCodeRefused':
      return state.enrolment?.enrolment === event.data.enrolment
        ? { ...state, enrolment: { ...state.enrolment, triesLeft: event.data.triesLeft } }
        : state;
    case 'EnrolmentEnded':
      return withEnrolmentOver(state, event.data.enrolment, event.data.cause);
    case 'DeviceEnrolled':
      return enrolled(state, event.data.enrolment, event.occurredAt);
    case 'DeviceSuspended':
      return { ...state, devices: withStatus(state.devices, event.data.device, 'suspended') };
    case 'DeviceResumed':
      return { ...state, devices: withStatus(state.devices, event.data.device, 'active') };
    case 'DeviceRevoked':
      return { ...state, devices: withStatus(state.devices, event.data.device, 'revoked') };
    default:
      return unreachable(event, state);
  }
}

/** The spells that were: those entered by mistake are left out. */
export const standingSpells = (state: Account): readonly Spell[] =>
  state.spells.filter(({ voided }) => voided !== true);

/** The spell that lasts, while the ID is registered (or suspended, which counts the same). */
export const openSpell = (state: Account): Spell | undefined =>
  standingSpells(state).find((spell) => spell.lastDay === undefined);

/** The days of all spells, as `distinctDays` counts them (別紙1 備考1: the union of days). */
export const spansOf = (state: Account): readonly DaySpan[] =>
  standingSpells(state).map(({ registeredOn, lastDay }) => ({
    from: registeredOn,
    ...(lastDay === undefined ? {} : { to: lastDay }),
  }));

/** How many devices would be active if the waiting enrolment were confirmed now. */
export function activeOnceConfirmed(state: Pick<Account, 'devices' | 'enrolment'>): number {
  const active = state.devices.filter((device) => device.status === 'active');
  const { enrolment } = state;
  if (enrolment === undefined) return active.length;
  return active.filter((device) => device.device !== enrolment.replaces).length + 1;
}

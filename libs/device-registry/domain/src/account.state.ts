import { defined, type Fact } from '@smartkey/kernel';
import type { AccountEvent } from './account.events.ts';
import { correctedLasting, correctedPast } from './correction/correction.state.ts';
import { evolveDevices, noDevices, type Devices } from './devices/devices.state.ts';
import {
  evolveEnrolments,
  noEnrolments,
  withoutAddresses,
  type Enrolments,
} from './enrolment/enrolment.state.ts';
import { evolveErasure, type Erasure } from './erasure/erasure.state.ts';
import type { IdRegistered } from './registration/registration.events.ts';
import {
  endedBy,
  isStanding,
  spellBy,
  type LastingSpell,
  type PastSpell,
  type Spell,
  type StandingSpell,
} from './registration/registration.state.ts';
import type { AccountIds } from './shared/account-ids.ts';

/** What goes on through all spells: one part per concern, each with its own fold. */
interface ThroughSpells {
  /** Ended or taken back, in the order in which they were recorded. */
  readonly pastSpells: readonly PastSpell[];
  readonly devices: Devices;
  readonly enrolments: Enrolments;
  /** Missing where neither an erasure nor a legal hold was ever. */
  readonly erasure?: Erasure;
}

/** What is there from the first registration on. */
interface SinceRegistration extends ThroughSpells, AccountIds {
  readonly externalId: string;
  /** As given with the last registration. */
  readonly displayName?: string;
}

export interface NoAccount {
  readonly status: 'unregistered';
}

/** A suspended ID is registered: its days count, its codes do not. */
export interface RegisteredAccount extends SinceRegistration {
  readonly status: 'registered' | 'suspended';
  /** The spell that lasts; none has a higher number. */
  readonly spell: LastingSpell;
}

export interface DeregisteredAccount extends SinceRegistration {
  readonly status: 'deregistered';
}

/** An account: one external id of one contract, through all its spells of registration. */
export type AccountState = NoAccount | RegisteredAccount | DeregisteredAccount;

/** One that was registered at least once. */
export type KnownAccount = Exclude<AccountState, NoAccount>;

export const noAccount: NoAccount = { status: 'unregistered' };

const nothingYet: ThroughSpells = { pastSpells: [], devices: noDevices, enrolments: noEnrolments };

/** Total: any event in any state, in any order and with any left out. One that does not fit leaves the state as it is. */
export function evolveAccount(state: AccountState, event: Fact<AccountEvent>): AccountState {
  switch (state.status) {
    case 'unregistered':
      return event.type === 'IdRegistered' ? registeredBy(event, nothingYet) : state;
    case 'registered':
    case 'suspended':
      return evolveRegistered(state, event);
    case 'deregistered':
      return event.type === 'IdRegistered' ? registeredBy(event, state) : evolveParts(state, event);
  }
}

function registeredBy(
  event: Fact<IdRegistered>,
  { pastSpells, devices, enrolments, erasure }: ThroughSpells,
): RegisteredAccount {
  const { account, contract, externalId, displayName } = event.data;
  return {
    status: 'registered',
    ...defined({ account, contract, externalId, displayName, erasure }),
    spell: spellBy(event),
    pastSpells,
    devices,
    enrolments,
  };
}

function evolveRegistered(account: RegisteredAccount, event: Fact<AccountEvent>): KnownAccount {
  const { spell } = account;
  switch (event.type) {
    case 'IdDeregistered':
      return event.data.spell === spell.spell ? without(account, endedBy(spell, event)) : account;
    case 'RegistrationVoided':
      return event.data.spell === spell.spell
        ? without(account, { ...spell, voided: true })
        : evolveParts(account, event);
    case 'RegistrationCorrected':
      return { ...evolveParts(account, event), spell: correctedLasting(spell, event) };
    case 'IdSuspended':
      return { ...account, status: 'suspended' };
    case 'IdResumed':
      return { ...account, status: 'registered' };
    default:
      return evolveParts(account, event);
  }
}

/** The spell that lasted is over. */
const without = ({ spell: _over, ...account }: RegisteredAccount, spell: PastSpell): DeregisteredAccount => ({
  ...account,
  status: 'deregistered',
  pastSpells: [...account.pastSpells, spell],
});

/** After the erasure the fold keeps no name, also where the key that opens it is still remembered. */
const partsWithoutNames = ({
  devices,
  enrolments,
}: ThroughSpells): Pick<ThroughSpells, 'devices' | 'enrolments'> => ({
  devices: devices.map(({ name: _name, ...device }) => device),
  enrolments: withoutAddresses(enrolments),
});

function evolveParts<Account extends KnownAccount>(account: Account, event: Fact<AccountEvent>): Account {
  const { devices, enrolments } = event.type === 'PersonalDataErased' ? partsWithoutNames(account) : account;
  const evolved = {
    ...account,
    pastSpells: correctedPast(account.pastSpells, event),
    devices: evolveDevices(devices, event, enrolments.waiting),
    enrolments: evolveEnrolments(enrolments, event),
  };
  const erasure = evolveErasure(account.erasure, event);
  if (erasure === account.erasure) return evolved;
  const { erasure: _former, ...rest } = evolved;
  return { ...rest, ...(erasure !== undefined && { erasure }) } as Account;
}

/** The spell that lasts, while the ID is registered (or suspended, which counts the same). */
export const openSpell = (state: AccountState): LastingSpell | undefined =>
  state.status === 'registered' || state.status === 'suspended' ? state.spell : undefined;

/** In the order in which they were recorded. */
export function spellsOf(state: AccountState): readonly Spell[] {
  switch (state.status) {
    case 'unregistered':
      return [];
    case 'deregistered':
      return state.pastSpells;
    case 'registered':
    case 'suspended':
      return [...state.pastSpells, state.spell];
  }
}

/** The spells that were: those entered by mistake are left out. */
export const standingSpells = (state: AccountState): readonly StandingSpell[] =>
  spellsOf(state).filter(isStanding);

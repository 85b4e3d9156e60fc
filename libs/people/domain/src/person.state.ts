import { unreachable, type Fact, type Instant } from '@smartkey/kernel';
import { evolveCredentials, noCredentials, type Credentials } from './credentials/credentials.state.ts';
import type { Introduction } from './joining/joining.events.ts';
import type { PersonEvent } from './person.events.ts';
import { isOfContract, type Standing } from './standing/standing.ts';

/** Nobody was named under this id yet. */
interface UnknownPerson {
  readonly stage: 'unknown';
}

interface Known {
  readonly name: string;
  readonly email: string;
  readonly standing: Standing;
  /** Business time. */
  readonly since: Instant;
}

/** Named, and not come yet. */
export interface InvitedPerson extends Known {
  readonly stage: 'invited';
}

interface Arrived extends Known {
  readonly credentials: Credentials;
  /** The address is the person's own: a link that went there alone came back. */
  readonly emailConfirmed: boolean;
}

export interface ActivePerson extends Arrived {
  readonly stage: 'active';
}

/** Kept out by hand, for a time. */
export interface SuspendedPerson extends Arrived {
  readonly stage: 'suspended';
}

/** Gone for good. */
export interface LeftPerson extends Known {
  readonly stage: 'left';
}

export type PersonHere = InvitedPerson | ActivePerson | SuspendedPerson;
export type PersonState = UnknownPerson | PersonHere | LeftPerson;

export const nobody: PersonState = { stage: 'unknown' };

const standingOf = (data: Standing): Standing =>
  isOfContract(data) ? { contract: data.contract, rights: data.rights } : { roles: data.roles };

const knownOf = (data: Introduction, since: Instant): Known => ({
  name: data.name,
  email: data.email,
  standing: standingOf(data),
  since,
});

/** Total: an event that does not fit leaves the state as it is. */
export function evolve(state: PersonState, event: Fact<PersonEvent>): PersonState {
  switch (event.type) {
    case 'PersonInvited':
      return state.stage === 'unknown'
        ? { stage: 'invited', ...knownOf(event.data, event.occurredAt) }
        : state;
    case 'PersonEstablished':
      return state.stage === 'unknown'
        ? {
            stage: 'active',
            ...knownOf(event.data, event.occurredAt),
            credentials: noCredentials,
            emailConfirmed: false,
          }
        : state;
    case 'InvitationIssued':
      return state;
    case 'InvitationAccepted':
      return state.stage === 'invited'
        ? {
            ...state,
            stage: 'active',
            credentials: noCredentials,
            emailConfirmed: event.data.channel === 'mail',
          }
        : state.stage === 'active' && event.data.channel === 'mail'
          ? { ...state, emailConfirmed: true }
          : state;
    case 'RolesChanged':
      return isHere(state) && !isOfContract(state.standing)
        ? { ...state, standing: { roles: event.data.roles } }
        : state;
    case 'RightsChanged':
      return isHere(state) && isOfContract(state.standing)
        ? { ...state, standing: { contract: state.standing.contract, rights: event.data.rights } }
        : state;
    case 'DetailsChanged':
      return isHere(state) ? withDetails(state, event.data) : state;
    case 'AddressConfirmed':
      return state.stage === 'active' || state.stage === 'suspended'
        ? { ...state, email: event.data.email, emailConfirmed: true }
        : state;
    case 'PersonSuspended':
      return state.stage === 'active' ? { ...state, stage: 'suspended' } : state;
    case 'PersonResumed':
      return state.stage === 'suspended' ? { ...state, stage: 'active' } : state;
    case 'PersonLeft':
      return isHere(state) ? leftOf(state) : state;
    case 'PasskeyAdded':
    case 'PasskeyRemoved':
    case 'ProviderBound':
    case 'ProviderUnbound':
    case 'RecoveryCodeIssued':
    case 'RecoveryBegun':
      return state.stage === 'active' || state.stage === 'suspended'
        ? { ...state, credentials: evolveCredentials(state.credentials, event) }
        : state;
    case 'Recovered':
      // A link that came by mail came back.
      return state.stage === 'active' || state.stage === 'suspended'
        ? {
            ...state,
            credentials: evolveCredentials(state.credentials, event),
            emailConfirmed: state.emailConfirmed || event.data.by !== 'server',
          }
        : state;
    case 'ContractOpened':
      return state;
    default:
      return unreachable(event, state);
  }
}

const isHere = (state: PersonState): state is PersonHere =>
  state.stage === 'invited' || state.stage === 'active' || state.stage === 'suspended';

/** A new address counts once a link that was sent there has been used. */
function withDetails(state: PersonHere, { name, email }: { name?: string; email?: string }): PersonHere {
  const changed = { name: name ?? state.name, email: email ?? state.email };
  if (state.stage === 'invited') return { ...state, ...changed };
  return { ...state, ...changed, emailConfirmed: state.emailConfirmed && email === undefined };
}

const leftOf = ({ name, email, standing, since }: PersonHere): LeftPerson => ({
  stage: 'left',
  name,
  email,
  standing,
  since,
});

import { conflict, event, ok, RIGHTS, type Instant, type Refused, type ByActor } from '@smartkey/kernel';
import type { Decision } from '../person.decision.ts';
import type { PersonHere, PersonState } from '../person.state.ts';
import { mustBeHere } from '../shared/guards.ts';
import { inOrder, isOfContract, OFFICE_ROLES, type Standing } from '../standing/standing.ts';
import { mustNotBeEmpty } from '../standing/standing.decide.ts';
import type { Introduction } from './joining.events.ts';

/** A link that was made for a person, and how it reaches them. */
export interface IssuedLink {
  readonly channel: 'mail' | 'shown';
  readonly expiresAt: Instant;
}

export interface Invite extends ByActor {
  readonly type: 'Invite';
  readonly who: Introduction;
  readonly link: IssuedLink;
}

/** Another link, the former being lost or over. */
export interface InviteAgain extends ByActor {
  readonly type: 'InviteAgain';
  readonly link: IssuedLink;
}

export interface Establish extends ByActor {
  readonly type: 'Establish';
  readonly who: Introduction;
  readonly by: 'key' | 'server';
}

export interface AcceptInvitation extends ByActor {
  readonly type: 'AcceptInvitation';
  readonly channel: 'mail' | 'shown';
}

export type JoiningCommand = Invite | InviteAgain | Establish | AcceptInvitation;

const written = (who: Introduction): Introduction =>
  isOfContract(who)
    ? { ...who, rights: inOrder(RIGHTS, who.rights) }
    : { ...who, roles: inOrder(OFFICE_ROLES, who.roles) };

const mustMaySomething = (who: Standing): Refused =>
  isOfContract(who) ? mustNotBeEmpty(who.rights, '/rights') : mustNotBeEmpty(who.roles, '/roles');

/** Who was invited, or came and left without a way to come again. */
function mustNeedALink(person: PersonHere): Refused {
  if (person.stage === 'invited') return undefined;
  if (person.stage === 'suspended') return conflict('person-suspended', 'this person is suspended');
  const { passkeys, providers } = person.credentials;
  return passkeys.length + providers.length === 0
    ? undefined
    : conflict('already-here', 'this person has a way in already');
}

const mustBeNew = ({ stage }: PersonState): Refused =>
  stage === 'unknown' ? undefined : conflict('person-exists', 'this person was named already');

export const invite = ({ who, link }: Invite, state: PersonState): Decision =>
  mustBeNew(state) ??
  mustMaySomething(who) ??
  ok([event('PersonInvited', written(who)), event('InvitationIssued', link)]);

export function inviteAgain({ link }: InviteAgain, state: PersonState): Decision {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  return mustNeedALink(here.value) ?? ok([event('InvitationIssued', link)]);
}

export const establish = ({ who, by }: Establish, state: PersonState): Decision =>
  mustBeNew(state) ?? mustMaySomething(who) ?? ok([event('PersonEstablished', { ...written(who), by })]);

export function acceptInvitation({ channel }: AcceptInvitation, state: PersonState): Decision {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  return mustNeedALink(here.value) ?? ok([event('InvitationAccepted', { channel })]);
}

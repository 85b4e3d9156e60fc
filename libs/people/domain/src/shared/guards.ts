import {
  conflict,
  forbidden,
  notFound,
  ok,
  type Refused,
  type Rejection,
  type Result,
  type PersonId,
  type ByActor,
} from '@smartkey/kernel';
import type { ActivePerson, PersonHere, PersonState } from '../person.state.ts';
import { isOfContract, manages } from '../standing/standing.ts';
import type { OfOthers } from './of-others.ts';

const unknown = () => notFound('person-unknown', 'there is no such person');

/** A person who was invited or made, and has not left. */
export function mustBeHere(state: PersonState): Result<PersonHere, Rejection> {
  if (state.stage === 'unknown') return unknown();
  if (state.stage === 'left') return conflict('person-left', 'this person has left');
  return ok(state);
}

/** Somebody who came and may act. */
export function mustBeActive(state: PersonState): Result<ActivePerson, Rejection> {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  if (here.value.stage === 'active') return ok(here.value);
  return here.value.stage === 'invited'
    ? conflict('not-yet-here', 'this person has not accepted the invitation yet')
    : conflict('person-suspended', 'this person is suspended');
}

/** What nobody does to themselves. */
export const mustNotBeOneself = (
  { actor, person }: ByActor & { readonly person: PersonId },
  why: string,
): Refused => (actor.person?.id === person ? forbidden('own-person', why) : undefined);

/** Somebody who manages the others stays: else nobody could let anybody in any more. */
export function mustNotBeTheLast({ otherManagers }: OfOthers, { stage, standing }: PersonHere): Refused {
  if (stage !== 'active' || !manages(standing) || otherManagers > 0) return undefined;
  return isOfContract(standing)
    ? conflict('last-administrator', 'this is the last administrator of the contract')
    : conflict('last-operator', 'this is the last operator');
}

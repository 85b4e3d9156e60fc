import {
  event,
  invalid,
  ok,
  RIGHTS,
  type Refused,
  type Right,
  type PersonId,
  type ByActor,
} from '@smartkey/kernel';
import type { Decision } from '../person.decision.ts';
import type { PersonState } from '../person.state.ts';
import { mustBeHere, mustNotBeOneself, mustNotBeTheLast } from '../shared/guards.ts';
import type { OfOthers } from '../shared/of-others.ts';
import { inOrder, isOfContract, manages, OFFICE_ROLES, sameSet, type OfficeRole } from './standing.ts';

export interface ChangeRoles extends ByActor, OfOthers {
  readonly type: 'ChangeRoles';
  readonly person: PersonId;
  readonly roles: readonly OfficeRole[];
}

export interface ChangeRights extends ByActor, OfOthers {
  readonly type: 'ChangeRights';
  readonly person: PersonId;
  readonly rights: readonly Right[];
}

export type StandingCommand = ChangeRoles | ChangeRights;

export const mustNotBeEmpty = (list: readonly string[], pointer: string): Refused =>
  list.length > 0
    ? undefined
    : invalid('nothing-allowed', 'somebody who may do nothing is to leave instead', { pointer });

export function changeRoles(command: ChangeRoles, state: PersonState): Decision {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  const { standing } = here.value;
  if (isOfContract(standing))
    return invalid('no-roles', 'a person of a contract has rights, not roles', { pointer: '/roles' });
  const roles = inOrder(OFFICE_ROLES, command.roles);
  if (sameSet(roles, standing.roles)) return ok([]);
  const refused =
    mustNotBeEmpty(roles, '/roles') ??
    mustNotBeOneself(command, 'nobody changes their own roles') ??
    (manages(standing) && !manages({ roles }) ? mustNotBeTheLast(command, here.value) : undefined);
  return refused ?? ok([event('RolesChanged', { roles })]);
}

export function changeRights(command: ChangeRights, state: PersonState): Decision {
  const here = mustBeHere(state);
  if (!here.ok) return here;
  const { standing } = here.value;
  if (!isOfContract(standing))
    return invalid('no-rights', 'a person on the operator’s side has roles, not rights', {
      pointer: '/rights',
    });
  const rights = inOrder(RIGHTS, command.rights);
  if (sameSet(rights, standing.rights)) return ok([]);
  const { contract } = standing;
  const refused =
    mustNotBeEmpty(rights, '/rights') ??
    mustNotBeOneself(command, 'nobody changes their own rights') ??
    (manages(standing) && !manages({ contract, rights }) ? mustNotBeTheLast(command, here.value) : undefined);
  return refused ?? ok([event('RightsChanged', { contract, rights })]);
}

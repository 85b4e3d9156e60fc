import type { Right, ContractId, PersonId } from '@smartkey/kernel';
import type { OfficeRole } from '@smartkey/people-domain';
import type { KnownPerson, PersonRow } from './person-row.ts';

/** A person as lists and pages show it. */
export interface PersonView {
  /** @prefix per */
  readonly id: PersonId;
  readonly name: string;
  readonly email: string;
  readonly status: 'invited' | 'active' | 'suspended' | 'left';
  /** On the operator's side; they add up. */
  readonly roles?: readonly OfficeRole[];
  /** @prefix ctr */
  readonly contract?: ContractId;
  /** In the contract. */
  readonly rights?: readonly Right[];
  readonly revision: number;
}

const whole = (
  id: PersonId,
  status: PersonView['status'],
  details: { readonly name: string; readonly email: string },
  standing:
    | { readonly roles: readonly OfficeRole[] }
    | { readonly contract: ContractId; readonly rights: readonly Right[] },
  revision: number,
): PersonView => ({ id, name: details.name, email: details.email, status, ...standing, revision });

export const viewOfState = (id: PersonId, state: KnownPerson, revision: number): PersonView =>
  whole(id, state.stage, state, state.standing, revision);

export const viewOfRow = (
  row: PersonRow,
  details: { readonly name: string; readonly email: string },
): PersonView =>
  whole(
    row.id,
    row.status,
    details,
    row.contract === null ? { roles: row.roles } : { contract: row.contract, rights: row.rights },
    row.revision,
  );

import type { Transaction } from '@smartkey/database';
import type { Right, ContractId, PersonId } from '@smartkey/kernel';
import { isOfContract, type OfficeRole, type PersonState } from '@smartkey/people-domain';

export type KnownPerson = Exclude<PersonState, { readonly stage: 'unknown' }>;

/** What is kept of a person in a row, besides what is sealed. */
export interface PersonRow {
  readonly id: PersonId;
  readonly contract: ContractId | null;
  readonly status: KnownPerson['stage'];
  readonly roles: readonly OfficeRole[];
  readonly rights: readonly Right[];
  readonly revision: number;
  readonly sealedName: string;
  readonly sealedEmail: string;
}

export const PERSON_COLUMNS = `id, contract, status, roles, rights, revision, sealed_name AS "sealedName",
  sealed_email AS "sealedEmail"`;

/** What goes into the row besides the state, made before the transaction. */
export interface SealedDetails {
  readonly name: string;
  readonly email: string;
  readonly emailDigest: string;
}

/** The row follows the stream: written whole, in the transaction of each append. */
export async function writePerson(
  tx: Transaction,
  id: PersonId,
  state: KnownPerson,
  revision: number,
  sealed: SealedDetails,
): Promise<void> {
  const { standing, stage, since } = state;
  const ofContract = isOfContract(standing);
  await tx.execute(
    `INSERT INTO people (id, contract, status, roles, rights, revision, sealed_name, sealed_email, email_digest, email_confirmed, created_at)
     VALUES ($1, $2, $3, $4::text[], $5::text[], $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE
       SET status = excluded.status, roles = excluded.roles, rights = excluded.rights, revision = excluded.revision,
         sealed_name = excluded.sealed_name, sealed_email = excluded.sealed_email, email_digest = excluded.email_digest,
         email_confirmed = excluded.email_confirmed`,
    [
      id,
      ofContract ? standing.contract : null,
      stage,
      ofContract ? [] : standing.roles,
      ofContract ? standing.rights : [],
      revision,
      sealed.name,
      sealed.email,
      sealed.emailDigest,
      'emailConfirmed' in state && state.emailConfirmed,
      since,
    ],
  );
}

import type { Sql } from '@smartkey/database';
import { forbidden, type Refused, type PersonId } from '@smartkey/kernel';
import type { Newcomer } from '../sessions/session-store.ts';

/** Who an access key lets in that was made for it already: a person without a passkey, who came with the key before. */
export async function firstOperator(sql: Sql): Promise<PersonId | undefined> {
  const [row] = await sql.query<{ id: PersonId }>(
    `SELECT id FROM people WHERE status = 'active' AND 'operator' = ANY (roles) ORDER BY created_at, id LIMIT 1`,
  );
  return row?.id;
}

/**
 * Access keys let in for a time: an operator key while no operator has a passkey, a contract's while it has no administrator.
 * @param besides somebody who is being let in.
 */
export async function mustBeOpenToKeys(
  sql: Sql,
  { role, contract }: Omit<Newcomer, 'key'>,
  besides = '',
): Promise<Refused> {
  const [closed] =
    role === 'operator'
      ? await sql.query(
          `SELECT 1 FROM passkeys JOIN people AS person ON person.id = passkeys.person
           WHERE person.status = 'active' AND 'operator' = ANY (person.roles) AND person.id <> $1 LIMIT 1`,
          [besides],
        )
      : await sql.query(
          `SELECT 1 FROM people
           WHERE contract = $2 AND status = 'active' AND 'administer' = ANY (rights) AND id <> $1 LIMIT 1`,
          [besides, contract],
        );
  if (closed === undefined) return undefined;
  return role === 'operator'
    ? forbidden(
        'keys-sign-in-no-more',
        'An operator has a passkey: operators sign in with it, and are let in again on the server alone.',
      )
    : forbidden('keys-sign-in-no-more', 'The contract has an administrator, who invites others.');
}

import type { PersonId } from '@smartkey/kernel';
import type { Transaction } from '@smartkey/database';
import type { PersonEvent } from '@smartkey/people-domain';

/** What ends with a fact, in its transaction. */
export async function endRowsOf(
  tx: Transaction,
  person: PersonId,
  events: readonly PersonEvent[],
): Promise<void> {
  for (const { type } of events)
    for (const table of ENDS[type] ?? [])
      await tx.execute(`DELETE FROM ${table} WHERE person = $1`, [person]);
}

const WAYS_IN = [
  'sessions',
  'links',
  'challenges',
  'passkeys',
  'provider_accounts',
  'recovery_codes',
] as const;

/** By type of event, the tables in which everything of the person goes. */
const ENDS: Readonly<Partial<Record<PersonEvent['type'], readonly (typeof WAYS_IN)[number][]>>> = {
  // Passkeys stay: they work again when the suspension is lifted.
  PersonSuspended: ['sessions', 'links', 'challenges'],
  PersonLeft: WAYS_IN,
  Recovered: WAYS_IN,
  // The newest link alone lets in.
  InvitationIssued: ['links'],
};

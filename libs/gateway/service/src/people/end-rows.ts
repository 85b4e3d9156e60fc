import type { Transaction } from '@smartkey/database';
import type { PersonEvent } from '@smartkey/people-domain';

/** What ends with a fact, in its transaction. */
export async function endRowsOf(
  tx: Transaction,
  person: string,
  events: readonly PersonEvent[],
): Promise<void> {
  for (const { type } of events)
    if (type === 'PersonSuspended' || type === 'PersonLeft' || type === 'Recovered')
      await tx.execute('DELETE FROM sessions WHERE person = $1', [person]);
}

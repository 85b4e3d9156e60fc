import { randomUUID } from 'node:crypto';
import type { Database } from '@smartkey/database';
import { createEventStore, EventCodec } from '@smartkey/event-store';
import { SystemClock } from '@smartkey/identity';
import type { Clock, Instant, PersonId } from '@smartkey/kernel';
import { OperatorError } from '@smartkey/lifecycle';
import type { SubjectKeys } from '@smartkey/secrets';
import { Links } from '../links/links.ts';
import { personEventForms } from '../log/stored-person-events.ts';
import { PeopleLog } from '../people/people-log.ts';

/** A way back in that was made on the server. */
export interface ServerRecovery {
  readonly person: PersonId;
  readonly name: string;
  /** For the path `/portal/recovery?token=…` of the public address. */
  readonly token: string;
  readonly expiresAt: Instant;
}

/** Why access is not recovered. */
class RecoveryRefusedError extends OperatorError {
  override readonly name = 'RecoveryRefusedError';
}

/**
 * Lets an operator in again who has lost every way in: by whoever has the server. Without a person: the only operator there is.
 * @throws RecoveryRefusedError
 */
export async function recoverOnServer(
  parts: {
    /** The gateway's, with `gatewayMigrations` applied. */
    readonly database: Database;
    readonly subjectKeys: SubjectKeys;
    readonly lookupKey: Uint8Array;
    readonly clock?: Clock;
  },
  person?: string,
): Promise<ServerRecovery> {
  const { database, subjectKeys, lookupKey, clock = new SystemClock() } = parts;
  const operators = await database.query<{ id: PersonId }>(
    `SELECT id FROM people WHERE status = 'active' AND 'operator' = ANY (roles) ORDER BY created_at, id`,
  );
  const alone = person === undefined && operators.length === 1;
  const chosen = operators.find(({ id }) => alone || id === person)?.id;
  if (chosen === undefined)
    throw new RecoveryRefusedError(
      operators.length === 0
        ? 'there is no operator: the operator key signs in the first one'
        : `name one of the operators: ${operators.map(({ id }) => id).join(', ')}`,
    );
  const store = await createEventStore(database, clock);
  const codec = new EventCodec(personEventForms, subjectKeys);
  const people = new PeopleLog({ database, store, codec, subjectKeys, lookupKey, clock });
  const links = new Links(database);
  const link = links.make('shown');
  const actor = { role: 'system' as const, key: 'cli' };
  const begun = await people.carryOut(
    chosen,
    { commandId: randomUUID(), actor },
    () => ({ type: 'BeginRecovery', actor, by: 'server' }),
    async (tx) => {
      await tx.execute(`DELETE FROM links WHERE person = $1 AND kind = 'recovery'`, [chosen]);
      await links.keep(tx, link, chosen, 'recovery');
    },
  );
  if (!begun.ok) throw new RecoveryRefusedError(begun.error.detail);
  return {
    person: chosen,
    name: begun.value.state.name,
    token: link.token,
    expiresAt: link.expiresAt,
  };
}

import { hasTable, type Database } from '@smartkey/database';
import type { AcceptedLoss, CarryOutLoss, EventStore } from '@smartkey/event-store';
import type { Clock } from '@smartkey/kernel';
import { type CheckpointSettings, highestName } from '@smartkey/transparency';
import type { ServiceDefinition } from '../service-definition.ts';

/** A log whose loss may be accepted. */
export interface LossParts {
  readonly definition: Pick<ServiceDefinition, 'lossAccepted'>;
  readonly database: Database;
  readonly store: EventStore;
  /** Business time. */
  readonly clock: Pick<Clock, 'now'>;
  /** undefined where nothing is signed. */
  readonly settings: CheckpointSettings | undefined;
}

/**
 * The second of two persons: what a log lacks is given up, by its service's rows in the same transaction. It is written to again once it tells of that
 * (`restoreLog`).
 * @param proposed id of the proposal that the person has seen; where missing, whichever there is.
 * @throws LossRefusedError
 */
export async function acceptLoss(
  { definition, database, store, clock, settings }: LossParts,
  by: string,
  proposed?: string,
): Promise<AcceptedLoss> {
  const carryOut: CarryOutLoss = async (tx, accepted) => definition.lossAccepted?.(tx, accepted, clock.now());
  // A name under which anything was signed is given to no other log.
  const above = settings === undefined ? 1 : await highestKept(database, settings);
  return store.standing.accept(by, carryOut, { proposed, above });
}

async function highestKept(database: Database, settings: CheckpointSettings): Promise<number> {
  if (!(await hasTable(database, 'log_tree'))) return 1;
  const [row] = await database.query<{ origin: string }>('SELECT origin FROM log_tree');
  return row === undefined ? 1 : highestName(settings, row.origin);
}

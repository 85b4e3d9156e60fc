import type { Database } from '@smartkey/database';
import type { AcceptedLoss, CarryOutLoss, EventStore } from '@smartkey/event-store';
import type { Clock } from '@smartkey/kernel';
import { type CheckpointSettings, giveUpBeyond } from '@smartkey/transparency';
import type { ServiceDefinition } from '../service-definition.ts';

/** A log whose loss may be accepted. */
export interface LosingLog {
  readonly definition: Pick<ServiceDefinition, 'lossAccepted'>;
  readonly database: Database;
  readonly store: EventStore;
  /** Business time. */
  readonly clock: Pick<Clock, 'now'>;
  /** undefined where nothing is signed. */
  readonly settings: CheckpointSettings | undefined;
}

/**
 * The second of two persons: what a log lacks is given up, by its service's rows in the same transaction and by its tree after it.
 * @param proposed id of the proposal that the person has seen; where missing, whichever there is.
 * @throws LossRefusedError
 */
export async function acceptLoss(
  { definition, database, store, clock, settings }: LosingLog,
  by: string,
  proposed?: string,
): Promise<AcceptedLoss> {
  const carryOut: CarryOutLoss = async (tx, accepted) => definition.lossAccepted?.(tx, accepted, clock.now());
  const loss = await store.standing.accept(by, carryOut, proposed);
  await giveUpBeyond(loss.head, { database, store, settings });
  return loss;
}

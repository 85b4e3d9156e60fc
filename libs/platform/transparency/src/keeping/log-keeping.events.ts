import type { EventForms } from '@smartkey/event-store';
import type { DomainEvent } from '@smartkey/kernel';

/** What happens to a log itself stands in it, in a stream of its own: `log-billing`. */
const LOG_CATEGORY = 'log';

export const logStreamOf = (service: string): string => `${LOG_CATEGORY}-${service}`;

/** Who decided, and why: sealed under the log's own subject, for both may name a person. */
interface Decided {
  readonly by: string;
  readonly reason: string;
}

/** A key took the place of the one before it, which goes on signing beside it until it retires. Times are those of the system, in whole seconds (RFC 3339). */
export interface RotatedKey {
  /** Under which name the log was known then. */
  readonly log: string;
  /** The public key as C2SP signed-note writes it. */
  readonly key: string;
  /** The key in whose place it came. */
  readonly replaces: string;
  readonly from: string;
  /** When the former one signs no more; what witnesses see of it later counts for nobody. */
  readonly retiresAt: string;
}

export type LogKeyRotated = DomainEvent<'LogKeyRotated', RotatedKey & Decided>;

/** What was kept outside the database was lost, and a person took the last checkpoint in the database for it. */
export interface AdoptedHead {
  /** Under which name the log is known. */
  readonly log: string;
  /** Events that the checkpoint covers. */
  readonly size: number;
  /** RFC 6962, hex. */
  readonly root: string;
}

export type CheckpointAdopted = DomainEvent<'CheckpointAdopted', AdoptedHead & Decided>;

export type LogKeepingEvent = LogKeyRotated | CheckpointAdopted;

const decided = { fields: ['by', 'reason'], subject: (stream: string) => stream };

/** The events of every log about itself. */
export const logKeepingForms: EventForms<LogKeepingEvent> = {
  LogKeyRotated: { personal: decided },
  CheckpointAdopted: { personal: decided },
};

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

/**
 * The first leaf behind a loss that was accepted: from here on the log has another name, and the leaves before it keep theirs. Of the same loss as
 * the record of that name on its topic (`@smartkey/messages`).
 */
export interface RestoredLog {
  /** `<system>/<service>/<incarnation>` */
  readonly log: string;
  readonly oldOrigin: string;
  /** Events under the largest checkpoint that was signed under the old name, and their root (RFC 6962, hex). */
  readonly oldSize: number;
  readonly oldRoot: string;
  /** That checkpoint: a signed note. */
  readonly oldNote: string;
  /** Leaves that were kept: the index of this one. */
  readonly keptSize: number;
  readonly incarnation: number;
  readonly incarnationId: string;
  /** Of the last event that was kept; 0 of an empty log. */
  readonly keptPosition: string;
  /** The furthest event that was known then; null where there was none. */
  readonly oldHead: { readonly position: string; readonly id: string; readonly hash: string } | null;
}

export type LogRestored = DomainEvent<
  'LogRestored',
  RestoredLog & Decided & { readonly confirmedBy: string }
>;

export type LogKeepingEvent = LogKeyRotated | CheckpointAdopted | LogRestored;

const decided = { fields: ['by', 'reason'], subject: (stream: string) => stream };

/** The events of every log about itself. */
export const logKeepingForms: EventForms<LogKeepingEvent> = {
  LogKeyRotated: { personal: decided },
  CheckpointAdopted: { personal: decided },
  LogRestored: { personal: { ...decided, fields: [...decided.fields, 'confirmedBy'] } },
};

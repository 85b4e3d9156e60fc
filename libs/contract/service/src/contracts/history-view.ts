import type { ContractEvent } from '@smartkey/contract-domain';
import type { DecodedEvent } from '@smartkey/event-store';
import type { Actor, Instant } from '@smartkey/kernel';
import { withoutPersons } from '../log/stored-events.ts';

/** An event of a contract as its history shows it. */
export interface HistoryEntry {
  readonly revision: number;
  readonly type: string;
  /** Business time. */
  readonly occurredAt: Instant;
  /** When the log took it. */
  readonly recordedAt: Instant;
  /** A person by id and by the revision of that person's stream, in which the name stands; `key` is then the session. */
  readonly actor: Pick<Actor, 'role' | 'key' | 'person'>;
  readonly data: unknown;
  /** The terms that governed the fact (附則). */
  readonly termsVersion: string | null;
  /** Over the event before it and this one, canonical form (RFC 8785). */
  readonly hash: string;
}

/** @param persons whether the viewer may see what names a person. */
export function historyEntry(
  { revision, type, occurredAt, recordedAt, metadata, data, hash }: DecodedEvent<ContractEvent>,
  persons: boolean,
): HistoryEntry {
  return {
    revision,
    type,
    occurredAt,
    recordedAt,
    actor: actorShown(metadata.actor),
    data: persons ? data : withoutPersons(data),
    termsVersion: metadata.termsVersion ?? null,
    hash,
  };
}

const actorShown = ({ role, key, person }: Actor): HistoryEntry['actor'] => ({
  role,
  key,
  ...(person !== undefined && { person }),
});

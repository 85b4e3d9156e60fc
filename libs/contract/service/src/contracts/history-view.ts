import type { ContractEvent } from '@smartkey/contract-domain';
import type { DecodedEvent } from '@smartkey/event-store';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { withoutPersons } from '../log/stored-events.ts';

const { anything, instant, nullable, object, text, wholeNumber } = schema;

/** An event of a contract as its history shows it. */
export interface HistoryEntry {
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: { readonly role: string; readonly key: string };
  readonly data: object;
  readonly termsVersion: string | null;
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
    actor: { role: metadata.actor.role, key: metadata.actor.key },
    data: persons ? data : withoutPersons(data),
    termsVersion: metadata.termsVersion ?? null,
    hash,
  };
}

export const historySchema = object({
  revision: wholeNumber(),
  type: text(),
  occurredAt: instant('Business time.'),
  recordedAt: instant('When the log took it.'),
  actor: object({ role: text(), key: text() }),
  data: anything(),
  termsVersion: nullable(text('The terms that governed the fact (附則).')),
  hash: text('Over the event before it and this one, canonical form (RFC 8785).'),
});

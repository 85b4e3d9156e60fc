import type { Actor, Instant, RecordedEvent } from '@smartkey/kernel';

/** Who is known at the gateway: an access key (`key_…`) or a person (`per_…`). What services do by themselves is nobody's. */
const isKnownThere = (id: string): boolean => /^(key|per)_/.test(id);

/** Ids of keys and people in whose names events were written, each with when it was last (business time). @param events in their order. */
export function actorsNamed(
  events: Iterable<Pick<RecordedEvent, 'metadata' | 'occurredAt'>>,
): ReadonlyMap<string, Instant> {
  const named = new Map<string, Instant>();
  for (const { metadata, occurredAt } of events) {
    // What lies in a log from long ago may name nobody.
    const { key, person } = (metadata as { readonly actor?: Partial<Actor> }).actor ?? {};
    for (const id of [key, person?.id]) if (id !== undefined && isKnownThere(id)) named.set(id, occurredAt);
  }
  return named;
}

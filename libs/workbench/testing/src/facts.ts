import type { DomainEvent, Fact, Instant } from '@smartkey/kernel';

/** An event as a spec writes it: its times only where they matter. */
export type Given<Event extends DomainEvent> = Event & {
  readonly occurredAt?: Instant;
  readonly recordedAt?: Instant;
};

/**
 * The events as facts. An event that names no time happened at `at`; one that only names `occurredAt` was recorded
 * then or at `at`, whichever is later.
 */
export function facts<Event extends DomainEvent>(
  events: readonly Given<Event>[],
  at: Instant,
): readonly Fact<Event>[] {
  return events.map((event) => {
    const occurredAt = event.occurredAt ?? at;
    return { ...event, occurredAt, recordedAt: event.recordedAt ?? (occurredAt > at ? occurredAt : at) };
  });
}

import { EventCodec, type EventStore } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import type { Instant, NewEvent } from '@smartkey/kernel';
import type { SubjectKeys } from '@smartkey/secrets';
import { serviceOf } from '../log/origins.ts';
import { logKeepingForms, logStreamOf, type LogKeepingEvent } from './log-keeping.events.ts';

/** Who says why something is done to a log. */
export interface LogInstruction {
  readonly by: string;
  readonly reason: string;
}

/** What an event about a log itself is written with. */
export interface LogKeepingParts {
  readonly store: Pick<EventStore, 'readStream' | 'append'>;
  readonly subjectKeys: SubjectKeys;
  /** Business time. */
  readonly now: Instant;
}

/** Writes what happened to a log into it, behind what its stream has. */
export async function appendLogEvent(
  { store, subjectKeys, now }: LogKeepingParts,
  origin: string,
  { type, version, data }: LogKeepingEvent,
): Promise<void> {
  const stream = logStreamOf(serviceOf(origin));
  const [last] = await store.readStream(stream, { limit: 1, direction: 'backwards' });
  const commandId = derivedUuid('log-keeping', origin, type, (last?.revision ?? -1) + 1);
  const event: NewEvent = {
    id: derivedUuid('event', commandId, 0),
    type,
    version,
    data,
    metadata: { commandId, actor: { role: 'system', key: 'cli' } },
    occurredAt: now,
  };
  const events = await new EventCodec(logKeepingForms, subjectKeys).encode(stream, [event]);
  await store.append({ stream, expected: last?.revision ?? 'no-stream', events });
}

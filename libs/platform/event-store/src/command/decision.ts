import { eventIdOf } from '@smartkey/identity';
import {
  conflict,
  type DomainEvent,
  fold,
  type Instant,
  type NewEvent,
  ok,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import type { DecodedEvent } from '../codec/event-codec.ts';
import type { ExpectedRevision } from '../event-store.port.ts';
import type { CommandHandlerOptions } from './aggregate.ts';
import { metadataOf, type CommandContext } from './command-context.ts';

/** What a command led to at one revision of its stream, ready to be appended. */
export interface ReadyDecision<State> {
  /** Before the events. */
  readonly state: State;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
  /** The instant of the decision; none where every event is dated by itself. */
  readonly stampedAt?: Instant;
}

/** Folds and decides. Pure. */
export function decideUpon<State, Command, Event extends DomainEvent>(
  options: CommandHandlerOptions<State, Command, Event>,
  history: readonly DecodedEvent<Event>[],
  context: CommandContext,
  now: Instant,
  command: Command,
): Result<ReadyDecision<State>, Rejection> {
  const revision = history.at(-1)?.revision;
  if (context.ifMatch !== undefined && revision !== undefined && context.ifMatch !== revision)
    return conflict('revision-mismatch', `It is at revision ${revision}, not at ${context.ifMatch}.`);
  const state = fold(options.decider, history);
  const decided = options.decider.decide(command, state);
  if (!decided.ok) return decided;
  const events = decided.value.map((event, index): NewEvent => {
    const occurredAt = event.occurredAt ?? now;
    return {
      id: eventIdOf(context.commandId, index),
      type: event.type,
      version: event.version,
      data: event.data,
      metadata: metadataOf(context, options.termsVersion?.(event, occurredAt)),
      occurredAt,
    };
  });
  const online = decided.value.some(({ occurredAt }) => occurredAt === undefined);
  return ok({ state, expected: revision ?? 'no-stream', events, ...(online && { stampedAt: now }) });
}

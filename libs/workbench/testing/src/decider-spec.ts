import type { Decider, DomainEvent, Instant } from '@smartkey/kernel';
import { Attempt } from './decider-attempt.ts';
import { facts, type Given } from './facts.ts';

export interface DeciderSpecOptions {
  /** The instant of everything that names none of its own; default `2018-01-01T00:00:00.000Z`. */
  readonly at?: Instant;
}

/**
 * Specs of a decider that read as sentences:
 *
 * ```ts
 * const { given, when } = specOf(contractDecider);
 * given(applied).when(accept).then(accepted).andAgain().thenRefused({ code: 'already-accepted' });
 * when(apply).then(applied);
 * ```
 *
 * Each of `then`, `thenRefused` and `thenNothing` asserts at once. History, state and command are frozen, so a decider
 * that changes them fails; decided events must survive JSON unchanged.
 */
export function specOf<State, Command, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  options: DeciderSpecOptions = {},
): DeciderSpec<State, Command, Event> {
  const at = options.at ?? '2018-01-01T00:00:00.000Z';
  const given = (...history: readonly (Given<Event> | readonly Given<Event>[])[]) => ({
    when: (command: Command) =>
      new Attempt(decider, facts(history.flat() as Given<Event>[], at), command, at),
  });
  return { given, when: (command) => given().when(command) };
}

export interface DeciderSpec<State, Command, Event extends DomainEvent> {
  given(...history: readonly (Given<Event> | readonly Given<Event>[])[]): {
    when(command: Command): Attempt<State, Command, Event>;
  };
  when(command: Command): Attempt<State, Command, Event>;
}

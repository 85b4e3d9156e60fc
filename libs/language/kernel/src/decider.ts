import type { DomainEvent, Fact } from './event.ts';
import type { Rejection } from './rejection.ts';
import type { Result } from './result.ts';

/**
 * The rules of one aggregate, pure.
 * `evolve` is total: it never throws and never decides. `decide` reads no clock, chance or network: they come in
 * the command. It answers `[]` where the fact holds already.
 */
export interface Decider<State, Command, Event extends DomainEvent> {
  readonly initial: State;
  evolve(state: State, event: Fact<Event>): State;
  decide(command: Command, state: State): Decision<Event>;
}

/** What a command leads to: the facts decided, none where they hold already, or why not. */
export type Decision<Event extends DomainEvent> = Result<readonly Event[], Rejection>;

/** Decides each command by the function that its type names; one that is forgotten is a compile error. */
export const byType =
  <Command extends { readonly type: string }, State, Event extends DomainEvent>(decides: {
    readonly [Type in Command['type']]: (
      command: Extract<Command, { readonly type: Type }>,
      state: State,
    ) => Decision<Event>;
  }) =>
  (command: Command, state: State): Decision<Event> =>
    (decides[command.type as Command['type']] as (command: Command, state: State) => Decision<Event>)(
      command,
      state,
    );

/** The state that a history leads to. */
export const fold = <State, Event extends DomainEvent>(
  decider: Pick<Decider<State, never, Event>, 'initial' | 'evolve'>,
  history: Iterable<Fact<Event>>,
  from: State = decider.initial,
): State => {
  let state = from;
  for (const event of history) state = decider.evolve(state, event);
  return state;
};

/** Makes a forgotten case a compile error. At run time an unknown event leaves the state as it is. */
export const unreachable = <T>(_never: never, otherwise: T): T => otherwise;

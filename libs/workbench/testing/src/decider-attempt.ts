import { expect } from '@jest/globals';
import {
  fold,
  type Decider,
  type DomainEvent,
  type Fact,
  type Instant,
  type Rejection,
} from '@smartkey/kernel';
import { deepFreeze } from './deep-freeze.ts';
import { facts } from './facts.ts';

/** What must be true of a refusal; only what is named is compared. */
export type ExpectedRefusal = Partial<Rejection> & {
  readonly code: Rejection['code'];
};

/** One command against one history, and what is said of the outcome. */
export class Attempt<State, Command, Event extends DomainEvent> {
  readonly #decider: Decider<State, Command, Event>;
  readonly #history: readonly Fact<Event>[];
  readonly #command: Command;
  readonly #at: Instant;

  constructor(
    decider: Decider<State, Command, Event>,
    history: readonly Fact<Event>[],
    command: Command,
    at: Instant,
  ) {
    this.#decider = decider;
    this.#history = deepFreeze(history);
    this.#command = deepFreeze(command);
    this.#at = at;
  }

  /** Exactly these events, in this order. */
  then(...expected: readonly (Event | readonly Event[])[]): Aftermath<State, Command, Event> {
    const decided = this.#decided();
    expect(decided).toEqual(expected.flat());
    for (const { data } of decided) expect(JSON.parse(JSON.stringify(data))).toStrictEqual(data);
    return this.#after(decided);
  }

  /** The fact holds already: no event and no refusal. */
  thenNothing(): Aftermath<State, Command, Event> {
    expect(this.#decided()).toEqual([]);
    return this.#after([]);
  }

  /** Refused, for this reason. */
  thenRefused(expected: ExpectedRefusal): Aftermath<State, Command, Event> {
    const outcome = this.#decide();
    expect(outcome).toMatchObject({ ok: false, error: expected });
    if (!outcome.ok) expect(outcome.error.detail).toMatch(/\S/);
    return this.#after([]);
  }

  #decide() {
    return this.#decider.decide(this.#command, deepFreeze(fold(this.#decider, this.#history)));
  }

  #decided(): readonly Event[] {
    const outcome = this.#decide();
    expect(outcome).toMatchObject({ ok: true });
    return outcome.ok ? outcome.value : [];
  }

  #after(decided: readonly Event[]): Aftermath<State, Command, Event> {
    const history = [...this.#history, ...facts(decided, this.#at)];
    const andWhen = (command: Command) => new Attempt(this.#decider, history, command, this.#at);
    return {
      andAgain: () => andWhen(this.#command),
      andWhen,
      thenState: (check) => check(fold(this.#decider, history)),
    };
  }
}

/** How a spec goes on. (It has no `then` of its own: a test may return it without being taken for a promise.) */
export interface Aftermath<State, Command, Event extends DomainEvent> {
  /** The same command once more, after what it decided. */
  andAgain(): Attempt<State, Command, Event>;
  /** Another command, after what this one decided. */
  andWhen(command: Command): Attempt<State, Command, Event>;
  /** The state that history and decided events lead to. */
  thenState(check: (state: State) => void): void;
}

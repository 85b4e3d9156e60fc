import type { Actor } from './actor.ts';
import type { Instant } from './instant.ts';

/** When a decision is made: part of a command, for a decision reads no clock. */
export interface AtInstant {
  readonly now: Instant;
}

/** By whom a decision is asked for. */
export interface ByActor {
  readonly actor: Actor;
}

/** When and by whom a decision is made. */
export interface Moment extends AtInstant, ByActor {}

/** What a command asks for, whenever and by whomever it is decided: of several commands, of each. */
export type Asked<Command> = Command extends AtInstant ? Omit<Command, keyof Moment> : never;

import type { Actor, Instant } from '@smartkey/kernel';

/** When and by whom a decision is made: part of every command, for a decision reads no clock. */
export interface Moment {
  readonly now: Instant;
  readonly actor: Actor;
}

export const isContractor = (actor: Actor): boolean => actor.role === 'contractor';

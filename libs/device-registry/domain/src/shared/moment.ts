import type { Instant } from '@smartkey/kernel';

/** When a decision is made: part of every command, for a decision reads no clock. */
export interface Moment {
  readonly now: Instant;
}

import type { Instant } from './instant.ts';

/**
 * Business time: what events, codes, lock-outs and expiries go by. Timeouts, leases and rate limits go by the
 * system's own clock instead, for the sandbox clock stands still between calls.
 */
export interface Clock {
  now(): Instant;
}

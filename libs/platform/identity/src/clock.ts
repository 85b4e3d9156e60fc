import { type Clock, type Instant, instantOf } from '@smartkey/kernel';

/** Business time is the machine's time. */
export class SystemClock implements Clock {
  now(): Instant {
    return instantOf(Date.now());
  }
}

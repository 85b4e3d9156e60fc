import { plusMillis, type Clock, type Instant } from '@smartkey/kernel';

/** Business time that stands still until a test moves it. */
export class TestClock implements Clock {
  #now: Instant;

  constructor(now: Instant = '2018-01-01T00:00:00.000Z') {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  /** Sets the clock, also backwards: a test may ask what happens then. */
  set(now: Instant): void {
    this.#now = now;
  }

  advance(millis: number): Instant {
    return (this.#now = plusMillis(this.#now, millis));
  }
}

import { stepAt, WINDOW_STEPS, type Period } from '@smartkey/authentication-domain';
import type { Instant } from '@smartkey/kernel';
import { Counter, type Registry } from 'prom-client';

/** Counters with labels of a bounded number of values: never an account, never a contract. */
export class AuthenticationMetrics {
  readonly answers: Counter<'result'>;
  readonly overtaken: Counter;
  readonly locks: Counter;
  readonly brokenSecrets: Counter;
  readonly clockRegressions: Counter;

  constructor(registry: Registry) {
    const counter = <Label extends string>(
      name: string,
      help: string,
      labelNames: Label[] = [],
    ): Counter<Label> =>
      new Counter({ name: `smartkey_authentication_${name}`, help, labelNames, registers: [registry] });
    this.answers = counter('answers_total', 'Answers, by success or the true reason of the denial', [
      'result',
    ]);
    this.overtaken = counter(
      'overtaken_total',
      'Decisions made again because another was committed in between',
    );
    this.locks = counter('locks_total', 'Accounts locked by wrong codes');
    this.brokenSecrets = counter(
      'broken_secrets_total',
      'Secrets that did not open: altered, moved or without key',
    );
    this.clockRegressions = counter(
      'clock_regressions_total',
      'Decisions at an instant before one that a device was used at',
    );
  }

  /** A device's last step ahead of the window: this clock stands behind the one that it was used by. */
  observeClock(lastStep: number, period: Period, now: Instant): void {
    if (lastStep > stepAt(now, period) + WINDOW_STEPS) this.clockRegressions.inc();
  }
}

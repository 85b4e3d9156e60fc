import { type Clock, epochMillisOf } from '@smartkey/kernel';
import { collectedGauge, sharedCounter } from '@smartkey/metrics';
import type { Counter, Registry } from 'prom-client';
import type { CloseRunStore } from './close-run.store.ts';

/** What can be seen of closing months; never by contract or by month. */
export class CloseMetrics {
  readonly invoices: Counter;
  /** Rounds of close runs that failed, to be taken up again. */
  readonly failures: Counter;
  readonly #stops: readonly (() => void)[];

  constructor(registry: Registry, runs: CloseRunStore, clock: Clock) {
    this.invoices = sharedCounter(
      registry,
      'smartkey_invoices_issued_total',
      'Invoices that this process issued.',
      [],
    );
    this.failures = sharedCounter(
      registry,
      'smartkey_close_failures_total',
      'Rounds of close runs that failed, to be taken up again.',
      [],
    );
    this.#stops = [
      collectedGauge(
        registry,
        {
          name: 'smartkey_close_months',
          help: 'Months by the state of the newest run that closes them.',
          labelNames: ['state'],
        },
        async () => [...(await runs.states())].map(([state, value]) => ({ labels: { state }, value })),
      ),
      collectedGauge(
        registry,
        {
          name: 'smartkey_close_parked_contracts',
          help: 'Contracts that no run could close so far and that need a person.',
          labelNames: [],
        },
        async () => [{ labels: {}, value: await runs.parkedContracts() }],
      ),
      collectedGauge(
        registry,
        {
          name: 'smartkey_close_oldest_run_seconds',
          help: 'Business time since the oldest unfinished close run was asked for; 0 where there is none.',
          labelNames: [],
        },
        async () => {
          const oldest = await runs.oldestUnfinished();
          const millis = oldest === undefined ? 0 : epochMillisOf(clock.now()) - epochMillisOf(oldest);
          return [{ labels: {}, value: Math.max(0, millis / 1_000) }];
        },
      ),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }
}

import type { SentBy } from '@smartkey/billing-domain';
import { collectedGauge, sharedCounter } from '@smartkey/metrics';
import type { Counter, Registry } from 'prom-client';
import type { DeliveryQueue } from './delivery-queue.ts';

const CHANNELS: readonly SentBy[] = ['mail', 'e-invoice'];

/** What can be seen of documents on their way; never by contract or by document. */
export class DeliveryMetrics {
  readonly #refused: Counter<'channel'>;
  readonly #stop: () => void;

  constructor(registry: Registry, queue: DeliveryQueue) {
    this.#refused = sharedCounter<'channel'>(
      registry,
      'smartkey_deliveries_refused_total',
      'Deliveries of documents that this process recorded as refused for good.',
      ['channel'],
    );
    // A series that begins above 0 has no increase.
    for (const channel of CHANNELS) this.#refused.inc({ channel }, 0);
    this.#stop = collectedGauge(
      registry,
      {
        name: 'smartkey_deliveries_waiting',
        help: 'Deliveries of documents that nobody has carried out yet, by what they wait for: their turn, or a file of the document.',
        labelNames: ['for'],
      },
      async () => {
        const { turn, file } = await queue.waiting();
        return [
          { labels: { for: 'turn' }, value: turn },
          { labels: { for: 'file' }, value: file },
        ];
      },
    );
  }

  refused(channel: string): void {
    this.#refused.inc({ channel });
  }

  stop(): void {
    this.#stop();
  }
}

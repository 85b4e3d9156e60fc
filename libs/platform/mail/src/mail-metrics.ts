import { epochMillisOf, type Instant } from '@smartkey/kernel';
import { collectedGauge } from '@smartkey/metrics';
import type { Registry } from 'prom-client';
import type { OutboxParts } from './mail-outbox.ts';

/**
 * Shows how many mails of a service wait for a server, and for how long the oldest one has; never whose they are.
 * @returns how to take the figures out again.
 */
export function mailMetrics(
  registry: Registry,
  service: string,
  { database, clock }: Pick<OutboxParts, 'database' | 'clock'>,
): () => void {
  const stops = [
    collectedGauge(
      registry,
      {
        name: 'smartkey_mails_waiting',
        help: 'Mails that no server has taken or refused yet.',
        labelNames: ['service'],
      },
      async () => {
        const [row] = await database.query<{ mails: number }>(
          "select count(*)::integer as mails from mail_outbox where state = 'waiting'",
        );
        return [{ labels: { service }, value: row!.mails }];
      },
    ),
    collectedGauge(
      registry,
      {
        name: 'smartkey_mails_oldest_seconds',
        help: 'Business time since the oldest mail that waits was queued; 0 where none waits.',
        labelNames: ['service'],
      },
      async () => {
        const [row] = await database.query<{ oldest: Instant | null }>(
          "select min(queued_at) as oldest from mail_outbox where state = 'waiting'",
        );
        const oldest = row!.oldest;
        const millis = oldest === null ? 0 : epochMillisOf(clock.now()) - epochMillisOf(oldest);
        return [{ labels: { service }, value: Math.max(0, millis / 1_000) }];
      },
    ),
  ];
  return () => stops.forEach((stop) => stop());
}

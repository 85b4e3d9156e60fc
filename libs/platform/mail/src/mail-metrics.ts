import { epochMillisOf, type Instant } from '@smartkey/kernel';
import { Gauges } from '@smartkey/metrics';
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
  const gauges = new Gauges(registry, { service });
  gauges.show('smartkey_mails_waiting', 'Mails that no server has taken or refused yet.', async () => {
    const [row] = await database.query<{ mails: number }>(
      "select count(*)::integer as mails from mail_outbox where state = 'waiting'",
    );
    return row!.mails;
  });
  gauges.show(
    'smartkey_mails_oldest_seconds',
    'Business time since the oldest mail that waits was queued; 0 where none waits.',
    async () => {
      const [row] = await database.query<{ oldest: Instant | null }>(
        "select min(queued_at) as oldest from mail_outbox where state = 'waiting'",
      );
      const oldest = row!.oldest;
      const millis = oldest === null ? 0 : epochMillisOf(clock.now()) - epochMillisOf(oldest);
      return Math.max(0, millis / 1_000);
    },
  );
  return () => gauges.stop();
}

import { billingService } from '@smartkey/billing-service';
import { EmbeddedEventBus, FeedDirectory, type ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import type { Closers } from '@smartkey/lifecycle';
import { createService, PeerDirectory, type Service } from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { BATCH } from './bare-ledger.ts';
import type { CountedServer } from './counted-server.ts';
import type { GeneratedFeed } from './generated-feed.ts';
import { scratchFolder } from './scratch.ts';

export const ISSUER_NAME = '見本株式会社';
export const REGISTRATION_NUMBER = 'T7123456789012';

/** Billing over logs that are made up. */
export interface GeneratedBilling {
  /** With its keys. */
  readonly folder: string;
  readonly peers: PeerDirectory;
  readonly token: string;
  /** The service on its database, which does nothing before `run`; one at a time. @param variables of its own settings. */
  make(variables: Readonly<Record<string, string>>): Promise<Service>;
}

/** @param now business time. */
export async function generatedBilling(
  closers: Closers,
  server: CountedServer,
  now: () => Instant,
  logs: Readonly<Partial<Record<ServiceName, GeneratedFeed>>>,
): Promise<GeneratedBilling> {
  const folder = await scratchFolder(closers);
  const log = pino({ level: 'error' });
  const peers = new PeerDirectory();
  const material = await openKeyMaterial({ dataDir: folder, env: {}, create: true });
  return {
    folder,
    peers,
    token: material.internalToken,
    make: (variables) => {
      // Of its own: a directory keeps the first log of a name that it comes to know, and its bus hears of nothing that another service appends.
      const feeds = new FeedDirectory();
      for (const [name, feed] of Object.entries(logs)) feeds.add(name as ServiceName, feed);
      const bus = new EmbeddedEventBus(feeds, { log, batch: BATCH });
      closers.add('the bus', () => bus.close());
      return createService(billingService, {
        server,
        clock: { mode: 'sandbox', now },
        clockSettings: { mode: 'system' },
        material,
        feeds,
        bus,
        peers,
        log,
        metrics: new Registry(),
        variables: {
          SMARTKEY_ISSUER_NAME: ISSUER_NAME,
          SMARTKEY_ISSUER_REGISTRATION_NUMBER: REGISTRATION_NUMBER,
          ...variables,
        },
        host: '127.0.0.1',
        watermarkMillis: 250,
      });
    },
  };
}

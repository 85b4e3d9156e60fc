import type { Instant } from '@smartkey/kernel';
import { billingService } from '@smartkey/billing-service';
import { EmbeddedEventBus, FeedDirectory, type ServiceName } from '@smartkey/event-bus';
import { createService, PeerDirectory } from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { BATCH, bareCloseSeconds, bareCountRate, bareSpellRate } from './bare-ledger.ts';
import { BillingClient } from './billing-client.ts';
import { GeneratedFeed, type Spoken } from './generated-feed.ts';
import { type Figure, rateOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';
import {
  ANSWERED_END,
  ANSWERED_MONTH,
  authenticationSays,
  contractSays,
  LATE_END,
  LATE_MONTH,
  type LedgerScale,
  LOOKED_END,
  LOOKED_MONTH,
  MONTH,
  NEXT_END,
  NEXT_MONTH,
  NOW,
  registrySays,
} from './spoken-logs.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Of the heap, what is in use. */
function megabytes(): number {
  collect();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
}

/** Projection, rebuild and close of the whole billing service over logs of any length, with bare SQL beside each. */
export async function ledgerBench(scale: LedgerScale): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smartkey-bench-keys-'));
  try {
    return await withScratchServer(async (server) => {
      const bare = await server.database('bare');
      const log = pino({ level: 'error' });
      const feeds = new FeedDirectory();
      let now: Instant = NOW;
      const clock = { mode: 'sandbox', now: () => now } as const;
      const feed = (source: ServiceName, length: number, say: (n: number) => Spoken) =>
        new GeneratedFeed(source, length, say, clock.now);
      const sources = {
        contract: feed('contract', scale.contracts * 4, contractSays),
        'device-registry': feed('device-registry', scale.accounts, registrySays(scale)),
        authentication: feed('authentication', 0, authenticationSays(scale)),
      };
      const successes = feed('authentication', scale.successes, authenticationSays(scale));
      const withLateFacts = feed('device-registry', scale.accounts + scale.contracts, registrySays(scale));
      feeds.add('contract', sources.contract);
      let registering = sources['device-registry'];
      feeds.add('device-registry', { read: (request) => registering.read(request) });
      let speaking = sources.authentication;
      feeds.add('authentication', { read: (request) => speaking.read(request) });
      const bus = new EmbeddedEventBus(feeds, { log, pollMillis: 20, batch: BATCH });
      const material = await openKeyMaterial({ dataDir: folder, env: {}, create: true });
      const service = await createService(billingService, {
        server,
        clock,
        clockSettings: { mode: 'system' },
        material,
        feeds,
        bus,
        peers: new PeerDirectory(),
        log,
        metrics: new Registry(),
        variables: {
          SMARTKEY_ISSUER_NAME: '見本株式会社',
          SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
          SMARTKEY_RENDERING: 'on-demand',
        },
        host: '127.0.0.1',
        watermarkMillis: 250,
      });
      try {
        const api = new BillingClient(service, material.internalToken);
        const registrations = await rateOf(scale.accounts, async () => {
          await service.run();
          await api.projected('device-registry', sources['device-registry'].end);
          await api.projected('contract', sources.contract.end);
        });
        const bareSpells = await bareSpellRate(bare, scale);
        const counted = await rateOf(scale.successes, async () => {
          speaking = successes;
          await api.projected('authentication', successes.end);
        });
        const bareCounts = await bareCountRate(bare, scale);
        const close = await api.closeSeconds(MONTH, scale.contracts);
        const limit = await bareCloseSeconds(bare, scale);
        const events = scale.accounts + scale.successes + scale.contracts * 4;
        const rebuild = await rateOf(events, () => api.rebuild('usage-ledger'));
        const bareRebuild =
          events / (scale.accounts / bareSpells + (scale.successes + scale.contracts * 4) / bareCounts);
        const memory = `heap ${megabytes()} MB`;
        now = NEXT_END;
        const plainClose = await api.closeSeconds(NEXT_MONTH, scale.contracts);
        const plainMemory = megabytes();
        registering = withLateFacts;
        await api.projected('device-registry', withLateFacts.end);
        now = LATE_END;
        const lateClose = await api.closeSeconds(LATE_MONTH, scale.contracts);
        const lateMemory = megabytes();
        now = LOOKED_END;
        await api.closeSeconds(LOOKED_MONTH, scale.contracts);
        now = ANSWERED_END;
        const answeredClose = await api.closeSeconds(ANSWERED_MONTH, scale.contracts);
        return [
          {
            name: 'projection of registrations',
            unit: 'events',
            rate: registrations,
            limit: bareSpells,
            limitIs: 'bare batched upsert',
          },
          {
            name: 'projection of successes',
            unit: 'events',
            rate: counted,
            limit: bareCounts,
            limitIs: 'bare batched upsert',
          },
          {
            name: `close of ${scale.accounts.toLocaleString('en')} IDs, ${scale.contracts.toLocaleString('en')} contracts`,
            unit: 'contracts',
            rate: scale.contracts / close,
            limit: scale.contracts / limit,
            limitIs: 'bare aggregate + bare invoice inserts',
            note: `${close.toFixed(1)} s, ${(close / limit).toFixed(2)}× the limit, ${memory}`,
          },
          {
            name: `close with one late fact for each of ${scale.contracts.toLocaleString('en')} contracts`,
            unit: 'contracts',
            rate: scale.contracts / lateClose,
            limit: scale.contracts / plainClose,
            limitIs: 'the close of the month before, without any',
            note: `${lateClose.toFixed(1)} s beside ${plainClose.toFixed(1)} s, heap ${plainMemory} and ${lateMemory} MB`,
          },
          {
            name: 'close once these late facts are answered',
            unit: 'contracts',
            rate: scale.contracts / answeredClose,
            limit: scale.contracts / plainClose,
            limitIs: 'the close before there were any',
            note: `${answeredClose.toFixed(1)} s, heap ${megabytes()} MB`,
          },
          {
            name: `rebuild of the ledger from ${events.toLocaleString('en')} events`,
            unit: 'events',
            rate: rebuild,
            limit: bareRebuild,
            limitIs: 'bare batched upserts',
          },
        ];
      } finally {
        await service.stopListening();
        await service.stop();
        await bus.close();
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

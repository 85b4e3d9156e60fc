import { billingService } from '@smartkey/billing-service';
import { EmbeddedEventBus, FeedDirectory } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { whileOpen } from '@smartkey/lifecycle';
import { createService, PeerDirectory, type Service } from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { BATCH } from './bare-ledger.ts';
import { BillingClient } from './billing-client.ts';
import { GeneratedFeed } from './generated-feed.ts';
import { type Figure, secondsOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';
import { contractSays, MONTH, NOW, registrySays } from './spoken-logs.ts';

interface FilesScale {
  readonly documents: number;
  readonly accounts: number;
}

/** The largest that the process has been between two looks, in MB. */
class Peak {
  #peak = 0;
  readonly #timer = setInterval(() => this.#look(), 100);

  #look(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage().rss);
  }

  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return Math.round(this.#peak / 1e6);
  }
}

const now = (): number => Math.round(process.memoryUsage().rss / 1e6);

/** Documents of a month as files, stored and with their statements, and all of them taken along; beside the same JSON written to disk. */
export function filesBench({ documents, accounts }: FilesScale): Promise<Figure[]> {
  return withScratchServer((server) =>
    whileOpen(async (closers) => {
      const folder = await mkdtemp(join(tmpdir(), 'smartkey-bench-files-'));
      closers.add('the folder', () => rm(folder, { recursive: true, force: true }));
      const scale = { contracts: documents, accounts, successes: 0 };
      const clock = { mode: 'sandbox', now: (): Instant => NOW } as const;
      const log = pino({ level: 'error' });
      const feeds = new FeedDirectory();
      const contract = new GeneratedFeed('contract', documents * 4, contractSays, clock.now);
      const registry = new GeneratedFeed('device-registry', accounts, registrySays(scale), clock.now);
      feeds.add('contract', contract);
      feeds.add('device-registry', registry);
      feeds.add('authentication', new GeneratedFeed('authentication', 0, registrySays(scale), clock.now));
      const bus = new EmbeddedEventBus(feeds, { log, pollMillis: 20, batch: BATCH });
      closers.add('the bus', () => bus.close());
      const names = createServer((request, response) => {
        void json(request).then((body) => {
          const asked = (body as { readonly accounts: readonly string[] }).accounts;
          const externalIds = Object.fromEntries(asked.map((each) => [each, `${each}@example.jp`]));
          response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ externalIds }));
        });
      });
      await new Promise<void>((listening) => names.listen(0, '127.0.0.1', listening));
      closers.add('the registry', () => void names.close());
      const peers = new PeerDirectory();
      peers.set('device-registry', `http://127.0.0.1:${(names.address() as AddressInfo).port}`);
      const material = await openKeyMaterial({ dataDir: folder, env: {}, create: true });
      const serviceThat = (rendering: string): Promise<Service> =>
        createService(billingService, {
          server,
          clock,
          clockSettings: { mode: 'system' },
          material,
          feeds,
          bus,
          peers,
          log,
          metrics: new Registry(),
          variables: {
            SMARTKEY_ISSUER_NAME: '見本株式会社',
            SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
            SMARTKEY_RENDERING: rendering,
            SMARTKEY_SELECTION_DOCUMENTS: '100000',
          },
          host: '127.0.0.1',
          watermarkMillis: 250,
        });
      const headers = internalHeaders({
        token: material.internalToken,
        actor: { role: 'operator', key: 'key_bench' },
      });
      const get = async <Body>(service: Service, path: string): Promise<Body> =>
        (await (await fetch(`${service.url}/v1${path}`, { headers })).json()) as Body;

      const closing = await serviceThat('on-demand');
      await closing.run();
      const api = new BillingClient(closing, material.internalToken);
      await api.projected('contract', contract.end);
      await api.projected('device-registry', registry.end);
      await api.close(MONTH, documents);
      await closing.stopListening();
      await closing.stop();

      const service = await serviceThat('background');
      closers.add('the service', () => service.stop());
      closers.add('its routes', () => service.stopListening());
      const before = now();
      const rendering = new Peak();
      const seconds = await secondsOf(async () => {
        await service.run();
        const { items } = await get<{ items: { id: string }[] }>(service, '/billing/runs');
        for (;;) {
          const { files } = await get<{ files: { total: number; rendered: number; refused: number }[] }>(
            service,
            `/billing/runs/${items[0]!.id}`,
          );
          if (files.every(({ total, rendered, refused }) => total === rendered + refused)) return;
          await pause(500);
        }
      });
      const renderingMemory = rendering.stop();
      const bare = await bareSeconds(folder, async (cursor) =>
        get(service, `/invoices?limit=200${cursor === undefined ? '' : `&cursor=${cursor}`}`),
      );
      const beforeTaking = now();
      const taking = new Peak();
      let bytes = 0;
      const takeSeconds = await secondsOf(async () => {
        const answer = await fetch(`${service.url}/v1/invoices.zip`, { headers });
        for await (const part of answer.body!) bytes += (part as Uint8Array).length;
      });
      return [
        {
          name: 'documents as files, with their statements',
          rate: documents / seconds,
          limit: documents / bare,
          unit: 'documents',
          limitIs: 'their JSON to disk',
          note: `${accounts} accounts, ${before} to ${renderingMemory} MB`,
        },
        {
          name: 'documents in one zip',
          rate: documents / takeSeconds,
          limit: documents / bare,
          unit: 'documents',
          limitIs: 'their JSON to disk',
          note: `${Math.round(bytes / 1e6)} MB, process ${beforeTaking} to ${taking.stop()} MB`,
        },
      ];
    }),
  );
}

/** The bare cost: each document's JSON into a file of its own. */
async function bareSeconds(
  folder: string,
  page: (cursor: string | undefined) => Promise<{ items: { number: string }[]; nextCursor: string | null }>,
): Promise<number> {
  let seconds = 0;
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    seconds += await secondsOf(async () => {
      for (const document of items)
        await writeFile(join(folder, `${document.number}.json`), JSON.stringify(document));
    });
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return seconds;
}

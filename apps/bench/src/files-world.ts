import { billingService } from '@smartkey/billing-service';
import { EmbeddedEventBus, FeedDirectory } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { type Closers, whileOpen } from '@smartkey/lifecycle';
import { createService, PeerDirectory, type Service } from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { ownFolder, removeFolder } from '@smartkey/servers';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { BATCH } from './bare-ledger.ts';
import { BillingClient } from './billing-client.ts';
import { GeneratedFeed } from './generated-feed.ts';
import { withScratchServer } from './scratch.ts';
import { contractSays, id, MONTH, NOW, registrySays } from './spoken-logs.ts';

export interface FilesScale {
  readonly documents: number;
  readonly accounts: number;
}

/** Profiles are changed so many at a time, as offices would. */
const AT_ONCE = 8;
const ISSUER_NAME = '見本株式会社';
const REGISTRATION_NUMBER = 'T7123456789012';
/** All that a JP PINT file names of its issuer. */
const ISSUER = {
  from: MONTH,
  name: ISSUER_NAME,
  registrationNumber: REGISTRATION_NUMBER,
  postalCode: '150-0001',
  address: '東京都渋谷区神宮前1-1-1',
  bankAccount: { bank: '見本銀行', branch: '本店', type: 'ordinary', number: '1234567', holder: 'ミホン' },
  endpoint: { scheme: '0188', id: '7123456789012' },
  reason: 'Peppol',
};
/** And of whom it goes to. */
const profileOf = (n: number): object => ({
  billTo: {
    postalCode: '100-0001',
    address: `東京都千代田区千代田1-1-${n + 1}`,
    department: '情報システム部',
  },
  endpoint: { scheme: '0188', id: '7000012050002' },
  customerCode: `K-${n}`,
});

/** A billing service on a scratch database, with a month whose documents are issued. */
export interface FilesWorld {
  /** To lay files into. */
  readonly folder: string;
  /** The service that closed the month, which renders what it is asked for and nothing else; it ends with the next call. */
  readonly onDemand: Service;
  /** The same service again, which renders all that is there. It does nothing before `run`. */
  inBackground(): Promise<Service>;
  call<Body>(service: Service, method: string, path: string, body?: object): Promise<Body>;
  fetch(service: Service, path: string): Promise<Response>;
}

/** Issues a month of documents, each with its share of the accounts, and with all that their files need. */
export function withFilesWorld<T>(
  { documents, accounts }: FilesScale,
  tell: (line: string) => void,
  work: (world: FilesWorld) => Promise<T>,
): Promise<T> {
  return withScratchServer((server) =>
    whileOpen(async (closers) => {
      const folder = await ownFolder('smartkey-bench-files-');
      closers.add('the folder', () => removeFolder(folder));
      const clock = { mode: 'sandbox', now: (): Instant => NOW } as const;
      const scale = { contracts: documents, accounts, successes: 0 };
      const log = pino({ level: 'error' });
      const feeds = new FeedDirectory();
      const contract = new GeneratedFeed('contract', documents * 4, contractSays, clock.now);
      const registry = new GeneratedFeed('device-registry', accounts, registrySays(scale), clock.now);
      feeds.add('contract', contract);
      feeds.add('device-registry', registry);
      feeds.add('authentication', new GeneratedFeed('authentication', 0, registrySays(scale), clock.now));
      const bus = new EmbeddedEventBus(feeds, { log, batch: BATCH });
      closers.add('the bus', () => bus.close());
      const peers = new PeerDirectory();
      peers.set('device-registry', await namesOf(closers));
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
            SMARTKEY_ISSUER_NAME: ISSUER_NAME,
            SMARTKEY_ISSUER_REGISTRATION_NUMBER: REGISTRATION_NUMBER,
            SMARTKEY_RENDERING: rendering,
            SMARTKEY_SELECTION_DOCUMENTS: '100000',
          },
          host: '127.0.0.1',
          watermarkMillis: 250,
        });
      let commands = 0;
      const headersOf = (): Record<string, string> =>
        internalHeaders({
          token: material.internalToken,
          actor: { role: 'operator', key: 'key_bench' },
          commandId: `bench-files-${(commands += 1)}`,
        });
      const call = async <Body>(
        service: Service,
        method: string,
        path: string,
        body?: object,
      ): Promise<Body> => {
        const answer = await fetch(`${service.url}/v1${path}`, {
          method,
          headers: { ...headersOf(), ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok)
          throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 1_000)}`);
        return JSON.parse(text) as Body;
      };

      const closing = await serviceThat('on-demand');
      await closing.run();
      const end = async (): Promise<void> => {
        await closing.stopListening();
        await closing.stop();
      };
      let ended: Promise<void> | undefined;
      closers.add('the closing service', () => (ended ??= end()));
      const api = new BillingClient(closing, material.internalToken);
      await api.projected('contract', contract.end);
      await api.projected('device-registry', registry.end);
      tell(`${accounts} accounts are in the ledger`);
      await call(closing, 'PUT', '/billing/issuer', ISSUER);
      let next = 0;
      const changing = async (): Promise<void> => {
        for (let n = next++; n < documents; n = next++)
          await call(closing, 'PATCH', `/contracts/${id('ctr', n)}/billing-profile`, profileOf(n));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, changing));
      tell(`${documents} billing profiles are there`);
      await api.close(MONTH, documents);
      tell(`${documents} documents are issued`);

      return work({
        folder,
        onDemand: closing,
        inBackground: async () => {
          await (ended ??= end());
          const service = await serviceThat('background');
          closers.add('the service', () => service.stop());
          closers.add('its routes', () => service.stopListening());
          return service;
        },
        call,
        fetch: (service, path) => fetch(`${service.url}/v1${path}`, { headers: headersOf() }),
      });
    }),
  );
}

/** A registry that knows everybody's name. @returns where it listens. */
async function namesOf(closers: Closers): Promise<string> {
  const names = createServer((request, response) => {
    void json(request).then((body) => {
      const asked = (body as { readonly accounts: readonly string[] }).accounts;
      const externalIds = Object.fromEntries(asked.map((each) => [each, `${each}@example.jp`]));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ externalIds }));
    });
  });
  await new Promise<void>((listening) => names.listen(0, '127.0.0.1', listening));
  closers.add('the registry', () => void names.close());
  return `http://127.0.0.1:${(names.address() as AddressInfo).port}`;
}

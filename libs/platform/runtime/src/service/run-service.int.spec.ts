import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openKeyMaterial } from '@smartkey/secrets';
import { type PostgresHarness, startPostgres, until } from '@smartkey/testing';
import type { Message } from '@smartkey/event-bus';
import type { ServiceParts } from '../service-definition.ts';
import { event, toy } from '../toy-services.fixture.ts';
import { type RunningService, startService } from './run-service.ts';

const NOBODY = 'http://127.0.0.1:9';

describe('services in processes of their own, on a PostgreSQL server', () => {
  let postgres: PostgresHarness;
  let folder: string;
  let variables: Record<string, string>;
  const running: RunningService[] = [];

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: 'on' });
    folder = await mkdtemp(join(tmpdir(), 'smartkey-services-'));
    await openKeyMaterial({ dataDir: folder, env: {} });
  });
  afterEach(async () => {
    for (const service of running.splice(0).reverse()) await service.stop();
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  });

  const environment = async () =>
    (variables = {
      DATABASE_URL: await postgres.createDatabase(),
      SMARTKEY_KEY_FILE: join(folder, 'keys.json'),
      SMARTKEY_CONTRACT_URL: NOBODY,
      SMARTKEY_DEVICE_REGISTRY_URL: NOBODY,
      SMARTKEY_AUTHENTICATION_URL: NOBODY,
      SMARTKEY_BILLING_URL: NOBODY,
      SMARTKEY_WATERMARK_MILLIS: '20',
      SMARTKEY_LOG_LEVEL: 'silent',
      PORT: '0',
    });
  const start = async (definition: Parameters<typeof startService>[0], more: Record<string, string> = {}) => {
    const service = await startService(definition, { ...variables, ...more });
    running.push(service);
    return service;
  };

  it('follow each other’s logs over HTTP, gaps and watermarks included, and call each other', async () => {
    await environment();
    let contract!: ServiceParts;
    let registry!: ServiceParts;
    const seen: Message[] = [];
    const first = await start(toy('contract', (parts) => ((contract = parts), {})));
    await start(
      toy('device-registry', (parts) => {
        registry = parts;
        return {
          reactors: [
            {
              name: 'listen',
              sources: ['contract'],
              react: (messages: readonly Message[]) => Promise.resolve(void seen.push(...messages)),
            },
          ],
        };
      }),
      { SMARTKEY_CONTRACT_URL: first.url },
    );
    const happened = contract.clock.now();
    await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        contract.store.append({
          stream: `contract-${n % 4}`,
          expected: 'any',
          events: [event(`command-${n}`, 'Counted', happened, { n })],
        }),
      ),
    );
    await until(() => seen.length >= 30);
    for (let stream = 0; stream < 4; stream += 1) {
      const revisions = seen
        .filter((each) => each.stream === `contract-${stream}`)
        .map((each) => each.revision);
      expect(revisions).toEqual(revisions.map((_, index) => index));
    }
    // The registry's promise follows the contracts', which has passed what happened there.
    const watermark = async () =>
      (await registry.database.query<{ instant: string }>('select instant from published_watermark'))[0]
        ?.instant ?? '';
    await until(async () => (await watermark()) > happened);

    const { status, body } = await registry.peers.call('contract', {
      method: 'GET',
      path: '/internal/clock',
    });
    expect({ status, body }).toMatchObject({ status: 200, body: { mode: 'system' } });
    await expect(registry.peers.call('billing', { method: 'GET', path: '/internal/clock' })).rejects.toThrow(
      /^billing is unavailable/,
    );
  });

  it('lets one instance at a time raise the watermark, and another go on after it', async () => {
    await environment();
    let parts!: ServiceParts;
    await start(toy('contract'));
    await start(toy('contract', (given) => ((parts = given), {})));
    const watermark = async () =>
      (await parts.database.query<{ instant: string }>('select instant from published_watermark'))[0]
        ?.instant ?? '';
    await until(async () => (await watermark()) !== '');
    await running.shift()!.stop();
    const now = new Date().toISOString();
    await until(async () => (await watermark()) > now);
    expect(running).toHaveLength(1);
  });

  it('refuse a server that acknowledges what it may lose', async () => {
    const careless = await startPostgres({ synchronous_commit: 'off' });
    try {
      await environment();
      const url = await careless.createDatabase();
      await expect(startService(toy('contract'), { ...variables, DATABASE_URL: url })).rejects.toThrow(
        /^DATABASE_URL .*synchronous_commit=off/,
      );
    } finally {
      await careless.stop();
    }
  });

  it('refuse to make keys of their own, which would fit nobody else’s data', async () => {
    await environment();
    const missing = join(folder, 'elsewhere.json');
    await expect(startService(toy('contract'), { ...variables, SMARTKEY_KEY_FILE: missing })).rejects.toThrow(
      /elsewhere/,
    );
  });
});

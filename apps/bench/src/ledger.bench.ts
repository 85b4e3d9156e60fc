import { billingService } from '@smartkey/billing-service';
import { numberOfDay } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { EmbeddedEventBus, FeedDirectory } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import { createService, PeerDirectory, type Service } from '@smartkey/runtime';
import { openKeyMaterial } from '@smartkey/secrets';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { GeneratedFeed, type Spoken } from './generated-feed.ts';
import { chunks, type Figure, rateOf, secondsOf } from './measure.ts';
import { withScratchServer } from './scratch.ts';

/** How large the world of this bench is. */
export interface LedgerScale {
  readonly contracts: number;
  readonly accounts: number;
  readonly successes: number;
}

const MONTH = '2024-01';
const NOW = '2024-02-01T00:00:00.000Z';
/** Messages of one delivery of the embedded bus: the bare statements get the same. */
const BATCH = 5_000;
const id = (prefix: string, n: number): string => `${prefix}_${String(n).padStart(26, '0')}`;
const clock = { mode: 'sandbox', now: () => NOW } as const;

/** Of ten accounts, nine are there all month, one begins in it. */
const registeredOn = (n: number): string =>
  n % 10 === 0 ? `2024-01-${String((n % 28) + 1).padStart(2, '0')}` : '2023-12-20';

const contractSays = (n: number): Spoken => {
  const index = Math.floor(n / 4);
  const contract = id('ctr', index);
  const recipient = { name: `会社${index}` };
  const quote = {
    id: id('quo', index),
    plan: 'enterprise',
    effectiveMonth: MONTH,
    baseFee: '10000',
    baseFeeInPartialMonth: 'full',
    accountFee: '300',
  };
  const said = [
    { type: 'ContractApplied', data: { plan: 'enterprise', recipient } },
    { type: 'PriceQuoted', data: { quote } },
    {
      type: 'ContractAccepted',
      data: { plan: 'enterprise', acceptedOn: '2023-12-20', termsVersion: '2018-01-01', recipient },
    },
    { type: 'BillingStartSet', data: { date: '2024-01-01' } },
  ][n % 4]!;
  return {
    ...said,
    contract,
    stream: `contract-${contract}`,
    revision: n % 4,
    occurredAt: '2023-12-20T00:00:00.000Z',
  };
};

const registrySays =
  ({ contracts }: LedgerScale) =>
  (n: number): Spoken => {
    const account = id('rid', n);
    return {
      type: 'IdRegistered',
      contract: id('ctr', n % contracts),
      stream: `account-${account}`,
      revision: 0,
      occurredAt: '2024-01-05T00:00:00.000Z',
      data: { account, externalIdDigest: 'digest', spell: 1, registeredOn: registeredOn(n) },
    };
  };

const authenticationSays =
  ({ contracts, accounts }: LedgerScale) =>
  (n: number): Spoken => {
    const number = (n * 7_919) % accounts;
    const account = id('rid', number);
    return {
      type: 'AuthSucceeded',
      contract: id('ctr', number % contracts),
      stream: `authentication-${account}`,
      revision: Math.floor(n / accounts),
      occurredAt: `2024-01-${String((Math.floor(n / 50_000) % 28) + 1).padStart(2, '0')}T03:00:00.000Z`,
      data: { account, device: 'dev_0', authentication: 'aut_0' },
    };
  };

/** Projection, rebuild and close of the whole billing service over logs of any length, with bare SQL beside each. */
export async function ledgerBench(scale: LedgerScale): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'smartkey-bench-keys-'));
  try {
    return await withScratchServer(async (server) => {
      const bare = await server.database('bare');
      const log = pino({ level: 'error' });
      const feeds = new FeedDirectory();
      const sources = {
        contract: new GeneratedFeed('contract', scale.contracts * 4, contractSays, NOW),
        'device-registry': new GeneratedFeed('device-registry', scale.accounts, registrySays(scale), NOW),
        authentication: new GeneratedFeed('authentication', 0, authenticationSays(scale), NOW),
      };
      const successes = new GeneratedFeed('authentication', scale.successes, authenticationSays(scale), NOW);
      feeds.add('contract', sources.contract);
      feeds.add('device-registry', sources['device-registry']);
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
        const memory = `heap ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB`;
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

/** The service's own HTTP, as the gateway calls it. */
class BillingClient {
  constructor(
    private readonly service: Service,
    private readonly token: string,
  ) {}

  async projected(source: string, position: bigint): Promise<void> {
    await this.#until(async () => {
      const { items } = await this.#call<{
        items: { name: string; marks: { source: string; position: string }[] }[];
      }>('GET', '/internal/projections');
      const ledger = items.find(({ name }) => name === 'usage-ledger');
      return (
        ledger?.marks.some((mark) => mark.source === source && BigInt(mark.position) >= position) === true
      );
    });
  }

  async closeSeconds(month: string, contracts: number): Promise<number> {
    return secondsOf(async () => {
      const { runId } = await this.#call<{ runId: string }>('POST', `/v1/billing/months/${month}/close`);
      await this.#until(async () => {
        const run = await this.#call<{ state: string; contracts: { issued: number } }>(
          'GET',
          `/v1/billing/runs/${runId}`,
        );
        if (run.state === 'partial')
          throw new Error(`the close parked contracts: ${JSON.stringify(run).slice(0, 500)}`);
        if (run.state === 'completed' && run.contracts.issued !== contracts)
          throw new Error(`issued ${run.contracts.issued} of ${contracts}`);
        return run.state === 'completed';
      });
    });
  }

  async rebuild(projection: string): Promise<void> {
    await this.#call('POST', `/internal/projections/${projection}/rebuild`);
    await this.#until(async () => {
      const { items } = await this.#call<{ items: { name: string; rebuilding?: boolean }[] }>(
        'GET',
        '/internal/projections',
      );
      return items.find(({ name }) => name === projection)?.rebuilding !== true;
    });
  }

  async #until(done: () => Promise<boolean>): Promise<void> {
    while (!(await done())) await pause(50);
  }

  async #call<Body>(method: string, path: string): Promise<Body> {
    const actor = { role: 'operator', key: 'bench' } as const;
    const response = await fetch(`${this.service.url}${path}`, {
      method,
      headers: internalHeaders({ token: this.token, actor, commandId: `bench ${method} ${path}` }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }
}

/** The rows of a ledger's spells by batched upsert, and nothing else. */
async function bareSpellRate(database: Database, { accounts, contracts }: LedgerScale): Promise<number> {
  await database.script(
    'create table spell (contract text collate "C", account text collate "C", spell int, from_day int, to_day int, primary key (contract, account, spell))',
  );
  return rateOf(accounts, async () => {
    for (const chunk of chunks(accounts, BATCH))
      await database.execute(
        `insert into spell select c, a, 1, f, 2147483647 from unnest($1::text[], $2::text[], $3::int[]) as r (c, a, f)
         on conflict (contract, account, spell) do update set to_day = excluded.to_day`,
        [
          chunk.map((n) => id('ctr', n % contracts)),
          chunk.map((n) => id('rid', n)),
          chunk.map((n) => numberOfDay(registeredOn(n))),
        ],
      );
  });
}

/** Counters by batched upsert, folded in memory before, as any projection would. */
async function bareCountRate(database: Database, scale: LedgerScale): Promise<number> {
  await database.script(
    'create table success (contract text collate "C", day int, account text collate "C", count int, primary key (contract, day, account))',
  );
  const say = authenticationSays(scale);
  return rateOf(scale.successes, async () => {
    for (const chunk of chunks(scale.successes, BATCH)) {
      const counts = new Map<string, { contract: string; day: number; account: string; count: number }>();
      for (const n of chunk) {
        const { contract = '', occurredAt, data } = say(n);
        const { account } = data as { account: string };
        const day = numberOfDay(occurredAt.slice(0, 10));
        const known = counts.get(`${account}${day}`);
        if (known === undefined) counts.set(`${account}${day}`, { contract, day, account, count: 1 });
        else known.count += 1;
      }
      const rows = [...counts.values()];
      await database.execute(
        `insert into success select * from unnest($1::text[], $2::int[], $3::text[], $4::int[])
         on conflict (contract, day, account) do update set count = success.count + excluded.count`,
        [
          rows.map((row) => row.contract),
          rows.map((row) => row.day),
          rows.map((row) => row.account),
          rows.map((row) => row.count),
        ],
      );
    }
  });
}

/** The histogram of used days of all contracts by one statement, and an insert of each invoice's document. */
async function bareCloseSeconds(database: Database, { contracts }: LedgerScale): Promise<number> {
  const document = JSON.stringify({ lines: 'x'.repeat(1_500) });
  await database.script('create table invoice (number int primary key, contract text, document jsonb)');
  return secondsOf(async () => {
    await database.query(
      `select contract, least(to_day, $2) - greatest(from_day, $1) + 1 as days, count(*)
       from spell where from_day <= $2 and to_day >= $1 group by 1, 2`,
      [numberOfDay('2024-01-01'), numberOfDay('2024-01-31')],
    );
    for (const chunk of chunks(contracts, 500))
      await database.execute('insert into invoice select * from unnest($1::int[], $2::text[], $3::jsonb[])', [
        chunk,
        chunk.map((n) => id('ctr', n)),
        chunk.map(() => document),
      ]);
  });
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '@smartkey/api-client';
import type { Running } from '@smartkey/runtime';
import { type PostgresHarness, RoundTrips, startPostgres } from '@smartkey/testing';
import { enterpriseQuote, Steps } from '@smartkey/testing/end-to-end';
import { startStandalone } from './standalone.ts';

const KEY = 'operator-key-of-a-test';
/** Of so many runs the one counts that found its connections as it needs them: which one it finds is chance. */
const RUNS = 6;
/** What authentication's reader of IDs asks the registry for, behind the answers. */
const ASKED_BEHIND = '/internal/accounts/lookup-digests';
const AT_ONCE = 32;

/** What a request sent to the database before its answer, at the gateway and in each service that it passed, in their order. */
type Trips = readonly number[];

describe('round trips to the database, BEGIN, COMMIT and SET among them', () => {
  const trips = new RoundTrips();
  let postgres: PostgresHarness;
  let folder: string;
  let running: Running;
  let operator: ApiClient;
  let contractor: ApiClient;
  let contract: string;
  let ids: string;

  beforeAll(async () => {
    postgres = await startPostgres({ fsync: 'on' });
    folder = await mkdtemp(join(tmpdir(), 'smartkey-trips-'));
    trips.start();
    running = await startStandalone({
      environment: {
        SMARTKEY_DATA_DIR: folder,
        SMARTKEY_LOG_LEVEL: 'error',
        SMARTKEY_OPERATOR_KEY: KEY,
        DATABASE_URL: await postgres.createDatabase(),
        PORT: '0',
      },
    });
    const first = new ApiClient(running.url, KEY);
    operator = first.as((await first.post<{ key: string }>('/keys', { role: 'operator' })).key);
    const steps = new Steps(operator);
    contract = await steps.accepted('enterprise', undefined, enterpriseQuote('2018-01'));
    ids = `/contracts/${contract}/ids`;
    contractor = await steps.client(contract, 'contractor');
  });
  afterAll(async () => {
    trips.stop();
    await running.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const send = <Body>(client: ApiClient, path: string, body: object) =>
    client.post<Body>(path, body, { idempotencyKey: randomUUID() });
  const register = async (externalId: string): Promise<string> =>
    (await send<{ id: string }>(contractor, ids, { externalId, displayName: `Name of ${externalId}` })).id;

  /** The fewest of some runs, each on what `prepare` has made for it. */
  async function fewest<Made>(
    prepare: (run: number) => Promise<Made>,
    work: (made: Made) => Promise<unknown>,
  ): Promise<Trips> {
    const seen: Trips[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const made = await prepare(run);
      trips.take();
      await work(made);
      const way = trips.take().requests.filter(({ path }) => path !== ASKED_BEHIND);
      seen.push(way.map(({ before }) => before.length));
    }
    const sum = (all: Trips): number => all.reduce((total, each) => total + each, 0);
    return seen.sort((a, b) => sum(a) - sum(b))[0]!;
  }

  it('a registration: two at the gateway, three in the registry', async () => {
    expect(
      await fewest(
        async (run) => `registered-${run}`,
        (name) => register(name),
      ),
    ).toEqual([2, 3]);
  });

  it('a command to an ID: two at the gateway, three in the registry; one that authentication hears of, at most three there', async () => {
    const path = async (run: number) => `${ids}/${await register(`suspended-${run}`)}`;
    const [gateway, registry, authentication] = await fewest(path, (id) =>
      send(contractor, `${id}/suspend`, {}),
    );
    expect([gateway, registry]).toEqual([2, 3]);
    // Fewer where the bus was faster.
    expect(authentication).toBeLessThanOrEqual(3);
    const suspended = async (run: number) => {
      const id = `${ids}/${await register(`resumed-${run}`)}`;
      await send(contractor, `${id}/suspend`, {});
      return id;
    };
    expect(await fewest(suspended, (id) => send(contractor, `${id}/resume`, {}))).toEqual([2, 3]);
  });

  it('a command to a contract: two at the gateway, three in its service', async () => {
    const application = { applicant: { name: '株式会社例示', iijIdContract: 'IIJID-1' }, plan: 'enterprise' };
    const nothing = () => Promise.resolve();
    expect(await fewest(nothing, () => send(operator, '/contracts', application))).toEqual([2, 3]);
    const running = () => new Steps(operator).accepted('enterprise', undefined, enterpriseQuote('2018-01'));
    expect(await fewest(running, (id) => send(operator, `/contracts/${id}/cancellation`, {}))).toEqual([
      2, 3,
    ]);
  });

  it(`${AT_ONCE} registrations at once: for each at most the five before its answer and one behind it`, async () => {
    const count = 10 * AT_ONCE;
    let next = 0;
    trips.take();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < count) await register(`at-once-${(next += 1)}`);
      }),
    );
    const { requests, others } = trips.take();
    const sent = requests.reduce((sum, { before, behind }) => sum + before.length + behind.length, others);
    expect(requests.filter(({ internal }) => !internal).length).toBeGreaterThanOrEqual(count);
    expect(sent / count).toBeLessThan(6);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Message, ServiceName } from '@smartkey/event-bus';
import { FollowedLosses, LogWentBackError, LossRefusedError } from '@smartkey/event-store';
import { internalHeaders } from '@smartkey/http';
import { openKeyMaterial } from '@smartkey/secrets';
import { type PostgresHarness, startPostgres, until } from '@smartkey/testing';
import type { ServiceParts, SourceLoss } from '../service-definition.ts';
import { type RunningService, startService } from '../service/run-service.ts';
import { event, everything, toy, World } from '../toy-services.fixture.ts';

const COUNTS = {
  name: 'counts',
  version: 1,
  sources: ['contract'] as const,
  ddl: 'create table counts (id text primary key)',
  apply: async (
    tx: { execute(text: string, parameters: readonly unknown[]): Promise<number> },
    messages: readonly Message[],
  ) => {
    for (const { id } of messages) await tx.execute('insert into counts values ($1)', [id]);
  },
};

/** A contract service to append to, and a billing that has a projection and a reactor on its log. */
function toys() {
  const parts = new Map<ServiceName, ServiceParts>();
  const reacted: string[] = [];
  const followed: SourceLoss[] = [];
  let failures = 1;
  const given = (each: ServiceParts) => (parts.set(each.name, each), {});
  return {
    contract: toy('contract', given),
    billing: toy(
      'billing',
      (each) => {
        parts.set('billing', each);
        return {
          sourceLost: (loss: SourceLoss) => {
            if (failures-- > 0) return Promise.reject(new Error('not now'));
            followed.push(loss);
            return Promise.resolve([
              { kind: 'toy-gone', subject: `toy-${loss.number}`, detail: 'it is no more' },
            ]);
          },
          reactors: [
            {
              name: 'listen',
              sources: ['contract'] as const,
              react: (messages: readonly Message[]) =>
                Promise.resolve(void reacted.push(...messages.map(({ id }) => id))),
            },
          ],
        };
      },
      { projections: [COUNTS] },
    ),
    of: (name: ServiceName) => parts.get(name)!,
    reacted,
    followed,
    append: (n: number) =>
      parts.get('contract')!.store.append({
        stream: `contract-${n % 3}`,
        expected: 'any',
        events: [event(`command-${n}`, 'Counted', '2018-01-01T00:00:00.000Z', { n })],
      }),
  };
}
type Toys = ReturnType<typeof toys>;

const read = async ({ of }: Toys): Promise<bigint> =>
  (
    await of('billing').database.query<{ least: bigint }>(
      `select coalesce(min(position), 0) as least from projection_mark where source = 'contract'`,
    )
  )[0]!.least;

async function appendAndRead(system: Toys, from: number, to: number): Promise<bigint> {
  let last = 0n;
  for (let n = from; n < to; n += 1) last = (await system.append(n)).position;
  await until(async () => (await read(system)) >= last);
  return last;
}

/** As an older copy of the schema would have it: the events behind a position are gone. @returns how to put the younger one in. */
async function goBack({ of }: Toys, to: bigint): Promise<() => Promise<void>> {
  const { database } = of('contract');
  await database.script(
    `create table if not exists lost as select * from event_log where false;
     insert into lost select * from event_log where position > ${to};
     delete from event_log where position > ${to}`,
  );
  return () => database.script(`insert into event_log select * from lost; drop table lost`);
}

const stateOf = async (url: string, token: string, path = 'standing', method = 'GET') =>
  (await (
    await fetch(`${url}/internal/log/${path}`, { method, headers: internalHeaders({ token }) })
  ).json()) as {
    readonly state: string;
    readonly since: string | null;
    readonly incarnation: number;
    readonly proposal: object | null;
    readonly evidence: readonly { readonly reader: string; readonly known: { readonly position: string } }[];
  };

const readiness = async (url: string, query = '') => {
  const answer = await fetch(`${url}/health/ready${query}`);
  return { code: answer.status, ...((await answer.json()) as { checks: Record<string, string> }) };
};

describe('a log that went back, in one process', () => {
  let system: Toys;
  let world: World;
  beforeEach(async () => {
    system = toys();
    world = await World.make('2018-01-01T00:00:00.000Z');
    await world.add(system.contract);
    await world.add(system.billing);
    await world.run();
  });
  afterEach(() => world.stop());

  it('is noticed by those who have read on, takes no append, and is read on; a younger copy lets it stand again', async () => {
    const token = world.environment.material.internalToken;
    const contract = world.services[0]!;
    const billing = world.services[1]!;
    const kept = await appendAndRead(system, 0, 5);
    const last = await appendAndRead(system, 5, 8);
    expect(await stateOf(contract.url, token)).toMatchObject({
      state: 'sound',
      since: null,
      incarnation: 1,
      evidence: [],
      proposal: null,
    });
    expect(await readiness(contract.url)).toMatchObject({ checks: { log: 'ok' } });
    const putBack = await goBack(system, kept);
    const state = await stateOf(billing.url, token, 'look', 'POST').then(() => stateOf(contract.url, token));
    expect(state).toMatchObject({ state: 'log-went-back', since: expect.any(String) });
    expect(
      state.evidence.filter(({ reader }) => reader.startsWith('billing/')).map(({ known }) => known.position),
    ).toEqual([String(last), String(last)]);
    await expect(system.append(9)).rejects.toBeInstanceOf(LogWentBackError);
    expect(await system.of('billing').logsInDoubt()).toEqual(['contract']);
    expect(await readiness(contract.url)).toMatchObject({ code: 503, checks: { log: 'unavailable' } });
    expect(await readiness(contract.url, '?exclude=log')).toMatchObject({ code: 200 });
    expect(await system.of('contract').store.readStream('contract-0')).not.toHaveLength(0);

    await putBack();
    await stateOf(contract.url, token, 'look', 'POST');
    await stateOf(billing.url, token, 'look', 'POST');
    expect(await stateOf(contract.url, token)).toMatchObject({ state: 'sound', evidence: [] });
    await appendAndRead(system, 9, 11);
    expect(new Set(system.reacted).size).toBe(10);
    expect(await system.of('billing').logsInDoubt()).toEqual([]);
  });

  it('is noticed without any look, as soon as a feed is asked after an event that it lacks', async () => {
    const kept = await appendAndRead(system, 0, 5);
    await appendAndRead(system, 5, 8);
    await goBack(system, kept);
    const { standing } = system.of('contract').store;
    // The tails look once in a while, and would have gone on behind events that nobody has.
    await until(async () => (await standing.since()) !== undefined);
    await expect(system.append(8)).rejects.toBeInstanceOf(LogWentBackError);
  });

  it('is written to again once two have accepted the loss, as often as it is lost: its readers are made of it anew', async () => {
    const token = world.environment.material.internalToken;
    const [contract, billing] = [system.of('contract'), system.of('billing')];
    const { standing } = contract.store;
    const idsOf = async () => (await everything(world, 'contract')).map(({ id }) => id).sort();
    const counted = async () =>
      (await billing.projection('counts').sql.query<{ id: string }>('select id from counts order by id')).map(
        ({ id }) => id,
      );
    const kept = await appendAndRead(system, 0, 5);
    let last = await appendAndRead(system, 5, 8);
    await expect(standing.propose('anna', 'nothing is lost')).rejects.toBeInstanceOf(LossRefusedError);
    for (const [round, number] of [2, 3].entries()) {
      await goBack(system, kept);
      await until(async () => (await standing.since()) !== undefined);
      await expect(standing.accept('ben')).rejects.toBeInstanceOf(LossRefusedError);
      await standing.propose('anna', 'the disk is gone');
      expect(await stateOf(world.services[0]!.url, token)).toMatchObject({
        incarnation: number - 1,
        proposal: { proposedBy: 'anna', reason: 'the disk is gone', at: expect.any(String) },
      });
      await expect(standing.accept('anna')).rejects.toBeInstanceOf(LossRefusedError);
      const begun = await standing.accept('ben');
      expect(begun).toMatchObject({ number, keptPosition: kept });
      await expect(system.append(6)).rejects.toBeInstanceOf(LogWentBackError);
      await contract.signLog();
      const [told] = (await contract.store.readStream('log-contract')).slice(-1);
      expect(told).toMatchObject({ type: 'LogRestored', data: { incarnation: number, keptSize: 5 } });
      expect(await stateOf(world.services[0]!.url, token)).toMatchObject({
        state: 'sound',
        incarnation: number,
        proposal: null,
      });
      // What was lost is said again under the same command, and more is said.
      const again = await system.append(6);
      expect(again.repeated).toBe(false);
      expect(again.position).toBeGreaterThan(last);
      await system.append(20 + round);
      // Whoever looks again does what failed.
      for (let look = 0; look < 2; look += 1) await stateOf(world.services[1]!.url, token, 'look', 'POST');
      await until(async () => (await counted()).length === 8);
      expect(await counted()).toEqual(await idsOf());
      const messages = await everything(world, 'contract');
      expect(messages.map(({ incarnation }) => incarnation ?? 1)).toEqual([
        1,
        1,
        1,
        1,
        1,
        number,
        number,
        number,
      ]);
      last = messages.at(-1)!.position;
      await until(async () => (await read(system)) === last);
      expect(await standing.wentBack()).toBeUndefined();
      expect(await billing.logsInDoubt()).toEqual([]);
    }
    // A reaction is made at least once to each event that the log has, also to those that were appended before the loss was known.
    expect(system.reacted).toEqual(expect.arrayContaining(await idsOf()));
    const [first] = await everything(world, 'contract');
    expect(system.reacted.filter((id) => id === first!.id).length).toBeGreaterThan(2);
    // Each loss was followed to its end once, though that failed at first; what it left is kept.
    await until(() => Promise.resolve(system.followed.length === 2));
    expect(system.followed).toMatchObject([
      { source: 'contract', number: 2, keptPosition: kept },
      { source: 'contract', number: 3, keptPosition: kept },
    ]);
    expect(await new FollowedLosses(billing.database).findings()).toMatchObject([
      { source: 'contract', number: 3, kind: 'toy-gone', subject: 'toy-3' },
      { source: 'contract', number: 2, kind: 'toy-gone', subject: 'toy-2' },
    ]);
  });

  it('is given up by two who say so over HTTP, of that very end that both have seen', async () => {
    const { internalToken: token } = world.environment.material;
    const { url } = world.services[0]!;
    const { standing } = system.of('contract').store;
    const said = async (path: string, body: object) => {
      const answer = await fetch(`${url}/internal/log/losses${path}`, {
        method: 'POST',
        headers: { ...internalHeaders({ token }), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { code, id } = (await answer.json()) as { readonly code?: string; readonly id?: string };
      return { status: answer.status, code, id: id ?? '' };
    };
    const propose = (by: string, keptPosition: bigint, reason = 'the disk is gone') =>
      said('', { by, reason, keptPosition: String(keptPosition) });
    const confirm = (id: string, by: string) => said(`/${id}/confirmation`, { by });
    const early = await appendAndRead(system, 0, 3);
    const kept = await appendAndRead(system, 3, 5);
    const last = await appendAndRead(system, 5, 8);
    expect(await propose('per_a', last)).toMatchObject({ status: 409, code: 'no-loss' });
    await goBack(system, kept);
    await until(async () => (await standing.since()) !== undefined);
    expect(await propose('per_a', last)).toMatchObject({ status: 409, code: 'log-ends-elsewhere' });
    expect((await said('', { by: 'per_a', reason: 'x', keptPosition: '-1' })).status).toBe(400);
    const first = await propose('per_a', kept);
    expect(await stateOf(url, token)).toMatchObject({
      proposal: { id: first.id, proposedBy: 'per_a', keptPosition: String(kept) },
    });
    expect(await propose('per_b', kept)).toMatchObject({ status: 409, code: 'loss-proposed' });
    const second = await propose('per_a', kept, 'no copy is left');
    expect(await confirm(first.id, 'per_b')).toMatchObject({ status: 404 });
    expect(await confirm(second.id, 'per_a')).toMatchObject({ status: 403, code: 'same-person' });
    // A copy that is older still was put in meanwhile: that is not what was proposed.
    await goBack(system, early);
    expect(await confirm(second.id, 'per_b')).toMatchObject({ status: 409, code: 'log-ends-elsewhere' });
    const third = await propose('per_c', early);
    expect(await confirm(third.id, 'per_b')).toMatchObject({ status: 200 });
    expect(await stateOf(url, token)).toMatchObject({ state: 'sound', incarnation: 2, proposal: null });
    expect(await standing.incarnations()).toMatchObject([{ number: 2, keptPosition: early }]);
    expect(await confirm(third.id, 'per_b')).toMatchObject({ status: 409, code: 'no-loss' });
    expect((await system.append(6)).repeated).toBe(false);
  });

  it('is not said of marks without an anchor, as a former version left them; they get one as they read on', async () => {
    const { database } = system.of('billing');
    const kept = await appendAndRead(system, 0, 5);
    await world.services[1]!.stopListening();
    await database.execute('update projection_mark set anchor = null');
    await appendAndRead(system, 5, 7);
    const rows = await database.query<{ position: bigint; known: string }>(
      `select position, anchor ->> 'position' as known from projection_mark where source = 'contract'`,
    );
    expect(rows.map(({ known }) => BigInt(known))).toEqual(rows.map(({ position }) => position));
    expect(rows.every(({ position }) => position > kept)).toBe(true);
    expect(await system.of('billing').logsInDoubt()).toEqual([]);
  });
});

describe('services in processes of their own, on a PostgreSQL server', () => {
  let postgres: PostgresHarness;
  let folder: string;
  let token: string;
  const running: RunningService[] = [];
  beforeAll(async () => {
    postgres = await startPostgres({ fsync: 'on' });
    folder = await mkdtemp(join(tmpdir(), 'smartkey-went-back-'));
    token = (await openKeyMaterial({ dataDir: folder, env: {} })).internalToken;
  });
  const stop = async () => {
    for (const service of running.splice(0).reverse()) await service.stop();
  };
  afterEach(stop);
  afterAll(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  });

  it('notice at the start of the one whose schema was restored from an older copy that another has read more', async () => {
    const nobody = 'http://127.0.0.1:9';
    const variables = {
      DATABASE_URL: await postgres.createDatabase(),
      SMARTKEY_KEY_FILE: join(folder, 'keys.json'),
      SMARTKEY_CONTRACT_URL: nobody,
      SMARTKEY_DEVICE_REGISTRY_URL: nobody,
      SMARTKEY_AUTHENTICATION_URL: nobody,
      SMARTKEY_BILLING_URL: nobody,
      SMARTKEY_WATERMARK_MILLIS: '20',
      SMARTKEY_LOG_LEVEL: 'silent',
      PORT: '0',
    };
    const system = toys();
    const start = async () => {
      const contract = await startService(system.contract, variables);
      running.push(contract);
      const billing = await startService(system.billing, {
        ...variables,
        SMARTKEY_CONTRACT_URL: contract.url,
      });
      running.push(billing);
      return { contract, billing };
    };
    await start();
    const kept = await appendAndRead(system, 0, 5);
    await appendAndRead(system, 5, 8);
    await goBack(system, kept);
    await stop();

    const { contract, billing } = await start();
    await until(async () => (await stateOf(contract.url, token)).state === 'log-went-back');
    await expect(system.append(8)).rejects.toBeInstanceOf(LogWentBackError);
    await until(async () => (await readiness(billing.url)).checks['log'] === 'unavailable');
    const { code } = await readiness(
      contract.url,
      '?exclude=log&exclude=projections&exclude=watermark&exclude=bus&exclude=relay',
    );
    expect(code).toBe(200);
    const metrics = await (await fetch(`${billing.url}/metrics`)).text();
    expect(metrics).toContain('smartkey_reader_stopped{service="billing",source="contract"} 1');
    expect(await (await fetch(`${contract.url}/metrics`)).text()).toContain(
      'smartkey_log_went_back{service="contract"} 1',
    );
  });
});

import type { Instant } from '@smartkey/kernel';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openPostgres } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { EventTooLargeError, LogWentBackError, MOST_APPEND_BYTES, verifyLog } from '@smartkey/event-store';
import { internalHeaders } from '@smartkey/http';
import { SystemClock } from '@smartkey/identity';
import { openKeyMaterial } from '@smartkey/secrets';
import { startPostgres, type PostgresHarness, until } from '@smartkey/testing';
import { FakeEventStoreDb, selfSigned } from '@smartkey/testing/eventstoredb';
import { request } from 'undici';
import { eventStoreDbLogs } from './eventstoredb-logs.ts';
import { startService, type RunningService } from '../service/run-service.ts';
import type { ServiceParts } from '../service-definition.ts';
import { event, toy } from '../toy-services.fixture.ts';

const NOBODY = 'http://127.0.0.1:9';

describe('services whose logs are in EventStoreDB', () => {
  let postgres: PostgresHarness;
  let folder: string;
  let fake: FakeEventStoreDb;
  let variables: Record<string, string>;
  const running: RunningService[] = [];
  beforeAll(async () => {
    postgres = await startPostgres({ fsync: 'on' });
    folder = await mkdtemp(join(tmpdir(), 'smartkey-logs-'));
    await openKeyMaterial({ dataDir: folder, env: {} });
  });
  beforeEach(async () => {
    fake = await FakeEventStoreDb.start();
    variables = {
      DATABASE_URL: await postgres.createDatabase(),
      EVENTSTORE_URL: fake.connectionString,
      SMARTKEY_KEY_FILE: join(folder, 'keys.json'),
      SMARTKEY_CONTRACT_URL: NOBODY,
      SMARTKEY_DEVICE_REGISTRY_URL: NOBODY,
      SMARTKEY_AUTHENTICATION_URL: NOBODY,
      SMARTKEY_BILLING_URL: NOBODY,
      SMARTKEY_WATERMARK_MILLIS: '20',
      SMARTKEY_LOG_LEVEL: 'silent',
      PORT: '0',
    };
  });
  afterEach(async () => {
    for (const service of running.splice(0).reverse()) await service.stop();
    await fake.stop();
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true });
  });
  const start = async (definition: Parameters<typeof startService>[0], more: Record<string, string> = {}) => {
    const service = await startService(definition, { ...variables, ...more });
    running.push(service);
    return service;
  };
  const stopAll = async () => {
    for (const service of running.splice(0).reverse()) await service.stop();
  };
  /** A service with one event in its log. */
  const started = async (command: string, more: Record<string, string> = {}): Promise<ServiceParts> => {
    let parts!: ServiceParts;
    await start(
      toy('contract', (given) => ((parts = given), {})),
      more,
    );
    await append(parts, command);
    return parts;
  };
  const append = ({ store, clock }: ServiceParts, command: string) =>
    store.append({
      stream: 'contract-1',
      expected: 'any',
      events: [event(command, 'Happened', clock.now())],
    });
  const asked = async (url: string) => {
    const { internalToken: token } = await openKeyMaterial({ dataDir: folder, env: {} });
    await request(`${url}/internal/log/look`, { method: 'POST', headers: internalHeaders({ token }) });
  };
  const without = (name: string) => (({ [name]: _left, ...rest }) => rest)(variables);
  const watermarkOf = async ({ database }: ServiceParts) =>
    (await database.query<{ instant: string }>('select instant from published_watermark'))[0]?.instant ?? '';

  it('follow each other’s logs and watermarks; authentication’s log stays in PostgreSQL', async () => {
    const parts = new Map<string, ServiceParts>();
    const seen: Message[] = [];
    const first = await start(toy('contract', (given) => (parts.set('contract', given), {})));
    await start(
      toy('authentication', (given) => {
        parts.set('authentication', given);
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
    const [contract, authentication] = [parts.get('contract')!, parts.get('authentication')!];
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
    await until(async () => (await watermarkOf(authentication)) > happened);

    await authentication.store.append({
      stream: 'authentication-1',
      expected: 'any',
      events: [event('code', 'AuthSucceeded', happened)],
    });
    expect(await verifyLog(contract.store)).toMatchObject({ events: 30, streams: 4, breaks: [] });
    expect(fake.log.stream('smartkey.contract/contract-0')).toHaveLength(8);
    const names = new Set(fake.log.all.map(({ stream }) => stream.split('/')[0]));
    expect([...names].filter((name) => name?.startsWith('smartkey'))).toEqual([
      'smartkey.contract-identity',
      'smartkey.contract',
    ]);
    expect(await authentication.database.query('SELECT stream FROM event_log')).toEqual([
      { stream: 'authentication-1' },
    ]);
    expect(await contract.database.query(`SELECT to_regclass('event_log') AS log`)).toEqual([{ log: null }]);
  });

  it('go back where the server has nothing of the log, serve on, and are written to again with a copy of it or without', async () => {
    await started('first');
    const copy = fake.copy();
    await stopAll();
    const bare = await FakeEventStoreDb.start();
    fake.putBack(bare.copy());
    await bare.stop();
    let parts!: ServiceParts;
    const definition = toy('contract', (given) => ((parts = given), {}));
    const { url } = await start(definition);
    const { standing } = parts.store;
    expect(await standing.wentBack()).toMatchObject({
      evidence: [{ detail: 'the server has no log smartkey.contract, but the database has one there' }],
    });
    await expect(append(parts, 'more')).rejects.toBeInstanceOf(LogWentBackError);
    expect((await parts.store.readAll({ after: 0n, limit: 10 })).events).toEqual([]);
    await asked(url);
    expect(await standing.since()).toBeDefined();

    fake.putBack(copy);
    await asked(url);
    expect(await standing.since()).toBeUndefined();
    await append(parts, 'second');
    await stopAll();

    const again = await FakeEventStoreDb.start();
    fake.putBack(again.copy());
    await again.stop();
    await start(definition);
    await parts.store.standing.propose('anna', 'the volume is gone');
    expect(await parts.store.standing.accept('ben')).toMatchObject({ number: 2, keptPosition: 0n });
    await stopAll();
    // What was cut off is done at the next start, before anything is appended.
    await start(definition);
    await append(parts, 'third');
    await stopAll();
    await start(definition);
    expect(await parts.store.standing.since()).toBeUndefined();
    const { events } = await parts.store.readAll({ after: 0n, limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(['LogRestored', expect.any(String)]);
  });

  it('go back where the database knows nothing of the log on the server, until two people have given its rows up', async () => {
    await started('first');
    await stopAll();
    const DATABASE_URL = await postgres.createDatabase();
    let parts!: ServiceParts;
    const definition = toy('contract', (given) => ((parts = given), {}));
    for (const _time of ['first', 'second']) {
      await start(definition, { DATABASE_URL });
      expect(await parts.store.standing.wentBack()).toMatchObject({
        evidence: [{ detail: 'the database knows nothing of the log smartkey.contract that the server has' }],
      });
      await expect(append(parts, 'more')).rejects.toBeInstanceOf(LogWentBackError);
      if (_time === 'first') await stopAll();
    }
    await parts.store.standing.propose('anna', 'the keys and rows are gone');
    await parts.store.standing.accept('ben');
    await parts.signLog();
    expect(await append(parts, 'first')).toMatchObject({ repeated: true });
    await append(parts, 'second');
    await stopAll();
    await start(definition, { DATABASE_URL });
    expect(await parts.store.standing.since()).toBeUndefined();
  });

  it('wait with the watermark for the lease of an instance that is not heard of any more, and no longer', async () => {
    const instances: ServiceParts[] = [];
    for (let i = 0; i < 2; i += 1) await start(toy('contract', (given) => (instances.push(given), {})));
    const [one, two] = instances as [ServiceParts, ServiceParts];
    const single = async <T>({ database }: ServiceParts, sql: string) =>
      (await database.query<{ value: T }>(sql))[0]!.value;
    await until(async () => (await watermarkOf(one)) !== '');
    // As one is seen that was killed or is paused: its lease is not renewed, and it acknowledges nothing.
    const leaseUntil = await single<string>(
      one,
      `INSERT INTO log_instances VALUES (gen_random_uuid(), clock_timestamp() + interval '2 seconds')
       RETURNING lease_until AS value`,
    );
    const fence = () => single<Instant>(one, 'SELECT fence AS value FROM log_fence');
    const before = await fence();
    await until(async () => (await fence()) !== before);
    const raised = await fence();
    // Appends go on meanwhile.
    await two.store.append({
      stream: 'contract-1',
      expected: 'any',
      events: [event('meanwhile', 'Happened', raised)],
      stampedAt: raised,
    });
    await until(async () => (await watermarkOf(two)) >= raised);
    expect((await single<string>(one, 'SELECT clock_timestamp() AS value')) >= leaseUntil).toBe(true);

    // One that stops gives its lease back, and is not waited for at all.
    await running.shift()!.stop();
    const live = `SELECT count(*)::integer AS value FROM log_instances WHERE lease_until > clock_timestamp()`;
    expect(await single(two, live)).toBe(1);
    const now = two.clock.now();
    await until(async () => (await watermarkOf(two)) > now);
  });

  it.each(['', 'in EventStoreDB'])(
    'append nothing whose published form is too large for others, though the stored one is not (log %s)',
    async (place) => {
      let parts!: ServiceParts;
      const talkative = {
        ...toy('contract', (given) => ((parts = given), {})),
        publish: ({ type, version }: { readonly type: string; readonly version: number }) => {
          return { type, version, data: { text: 'x'.repeat(MOST_APPEND_BYTES) } };
        },
      };
      await start(talkative, place === '' ? { EVENTSTORE_URL: '' } : {});
      const events = [event('talk', 'Told', parts.clock.now())];
      const append = parts.store.append({ stream: 'contract-1', expected: 'any', events });
      await expect(append).rejects.toBeInstanceOf(EventTooLargeError);
      await expect(append).rejects.toMatchObject({ form: 'published', event: { type: 'Told' } });
      expect(await parts.store.readStream('contract-1')).toEqual([]);
    },
  );

  it('say in their health that the event store does not answer', async () => {
    const service = await start(toy('billing'));
    const ready = async () => (await request(`${service.url}/health/ready`)).statusCode;
    expect(await ready()).toBe(200);
    fake.fallSilent();
    expect(await ready()).toBe(503);
    fake.speakAgain();
    // The check that has found nobody may be under way still, and is shared by all who ask.
    await until(async () => (await ready()) === 200);
  });

  describe('refuse to start', () => {
    const refused = (name: string, env: Record<string, string>) =>
      expect(startService(toy('contract'), env)).rejects.toThrow(new RegExp(`^${name} `));

    it('with a log that was begun in PostgreSQL, and with one that was begun in EventStoreDB without it', async () => {
      await start(toy('contract'), { EVENTSTORE_URL: '' });
      await stopAll();
      await refused('EVENTSTORE_URL', variables);
      await start(toy('contract'), { EVENTSTORE_URL: '' });
      await stopAll();

      variables = { ...variables, DATABASE_URL: await postgres.createDatabase() };
      await start(toy('contract'));
      await stopAll();
      await refused('EVENTSTORE_URL', without('EVENTSTORE_URL'));
      await refused('SMARTKEY_EVENTSTORE_PREFIX', { ...variables, SMARTKEY_EVENTSTORE_PREFIX: 'other' });
      await start(toy('contract'));
    });

    it('with a log of before there was a choice, in PostgreSQL', async () => {
      await start(toy('contract'), { EVENTSTORE_URL: '' });
      await stopAll();
      const server = await openPostgres(variables['DATABASE_URL']!, { max: 1 });
      await (
        await server.database('contract')
      ).script(`DROP TABLE log_place; DELETE FROM applied_migrations WHERE library = 'log-place'`);
      await server.close();
      await refused('EVENTSTORE_URL', variables);
    });

    it('where server and database have a log each, and not the same', async () => {
      await started('first');
      await stopAll();
      const [DATABASE_URL, other] = [await postgres.createDatabase(), await FakeEventStoreDb.start()];
      await start(toy('contract'), { DATABASE_URL, EVENTSTORE_URL: other.connectionString });
      await stopAll();
      const parts = await started('second', { DATABASE_URL, EVENTSTORE_URL: other.connectionString });
      expect(await parts.store.standing.since()).toBeUndefined();
      await stopAll();
      await refused('EVENTSTORE_URL', { ...variables, EVENTSTORE_URL: other.connectionString });
      await other.stop();
    });

    describe('on a server with TLS and users', () => {
      const user = { username: 'smartkey', password: 's3cret' };
      const secured = async (certified: ReturnType<typeof selfSigned>, readsAll = true) => {
        await fake.stop();
        fake = await FakeEventStoreDb.start({ secured: { ...certified, ...user, readsAll } });
        await writeFile(join(folder, 'ca.pem'), certified.certificate);
        return certified;
      };
      const url = (login: string, options: string, ...ports: number[]) =>
        `esdb://${login}${[fake.port, ...ports].map((port) => `127.0.0.1:${port}`).join(',')}?${options}`;
      const ca = () => `tlsCAFile=${encodeURIComponent(join(folder, 'ca.pem'))}`;
      /** What an opening says that is not patient. */
      const sentence = async (EVENTSTORE_URL: string) => {
        const server = await openPostgres(variables['DATABASE_URL']!, { max: 2 });
        const logs = eventStoreDbLogs({ url: EVENTSTORE_URL, prefix: 'smartkey' }, { patience: 300 });
        const database = await server.database('contract');
        const refusal = await logs.open('contract', { database, clock: new SystemClock() }).then(
          () => new Error('it was opened'),
          (error: Error) => error,
        );
        await logs.close();
        await server.close();
        expect(refusal.name).toBe('ConfigurationError');
        expect(refusal.message).not.toContain('s3cret');
        return refusal.message;
      };

      it('that it may use, it starts', async () => {
        await secured(selfSigned());
        await start(toy('contract'), { EVENTSTORE_URL: url('smartkey:s3cret@', ca()) });
      });

      it.each([['one node', []] as const, ['a list of nodes', [9]] as const])(
        'whose certificate is not trusted, %s',
        async (_what, others) => {
          await secured(selfSigned());
          expect(await sentence(url('smartkey:s3cret@', 'maxDiscoverAttempts=1', ...others))).toMatch(
            /certificate is not trusted: tlsCAFile/,
          );
        },
      );

      it('whose certificate is for another name, or has expired', async () => {
        await secured(selfSigned('127.0.0.2'));
        expect(await sentence(url('smartkey:s3cret@', ca()))).toMatch(/certificate is for another name/);
        await secured(selfSigned('127.0.0.1', new Date(Date.now() - 1_000)));
        expect(await sentence(url('smartkey:s3cret@', ca()))).toMatch(/certificate has expired/);
      });

      it('without TLS, and with it on one that has none', async () => {
        await secured(selfSigned());
        expect(await sentence(url('', 'tls=false'))).toMatch(/tls=false, but the server speaks TLS/);
        await fake.stop();
        fake = await FakeEventStoreDb.start();
        expect(await sentence(url('', 'tls=true'))).toMatch(/does not speak: its options want tls=false/);
      });

      it('with a wrong password, and with a user who may not read all', async () => {
        await secured(selfSigned());
        expect(await sentence(url('smartkey:other@', ca()))).toMatch(/not know, or not with this password/);
        expect(await sentence(url('', ca()))).toMatch(/may not read all/);
        await secured(selfSigned(), false);
        expect(await sentence(url('smartkey:s3cret@', ca()))).toMatch(/may not read all/);
      });
    });

    it('without the embedded whole’s database, and on a server that is not there', async () => {
      await refused('DATABASE_URL', without('DATABASE_URL'));
      await refused('EVENTSTORE_URL', { ...variables, EVENTSTORE_URL: 'esdb://127.0.0.1:9?tls=false' });
    });
  });

  it('are noticed to have gone back where the server was put back to an older copy, and go on with the same positions again once that was accepted', async () => {
    const parts = new Map<string, ServiceParts>();
    const seen: string[] = [];
    const first = await start(toy('contract', (given) => (parts.set('contract', given), {})));
    const second = await start(
      toy('billing', (given) => {
        parts.set('billing', given);
        return {
          reactors: [
            {
              name: 'listen',
              sources: ['contract'],
              react: (messages: readonly Message[]) =>
                Promise.resolve(void seen.push(...messages.map(({ id }) => id))),
            },
          ],
        };
      }),
      { SMARTKEY_CONTRACT_URL: first.url },
    );
    const { store } = parts.get('contract')!;
    const append = (command: string) =>
      store.append({
        stream: 'contract-1',
        expected: 'any',
        events: [event(command, 'Counted', '2018-01-01T00:00:00.000Z', { command })],
      });
    const look = async (url: string) => {
      const { internalToken: token } = await openKeyMaterial({ dataDir: folder, env: {} });
      await request(`${url}/internal/log/look`, { method: 'POST', headers: internalHeaders({ token }) });
    };
    const kept = await append('kept');
    const copy = fake.copy();
    const lost = await append('lost');
    await until(() => seen.length >= 2);
    // The reactor's mark is moved behind its reaction.
    const mark = async () =>
      (
        await parts
          .get('billing')!
          .database.query<{ position: bigint }>('select position from projection_mark')
      )[0]!.position;
    await until(async () => (await mark()) >= lost.position);
    fake.putBack(copy);
    await look(second.url);
    expect(await store.standing.since()).toBeDefined();
    for (let refused = false; !refused;)
      refused = await append('more').then(
        () => false,
        (error: unknown) => error instanceof LogWentBackError,
      );
    const head = await store.last();
    await store.standing.propose('anna', 'the volume is gone');
    expect(await store.standing.accept('ben')).toMatchObject({ number: 2 });
    await parts.get('contract')!.signLog();
    await look(second.url);
    const again = await append('lost');
    expect(again).toMatchObject({ repeated: false, revision: head!.revision + 1 });
    await until(async () => (await mark()) === again.position);
    expect(seen.filter((id) => id === again.events[0]!.id).length).toBeGreaterThan(1);
    expect(head!.position).toBeGreaterThanOrEqual(kept.position);
    expect(await parts.get('billing')!.logsInDoubt()).toEqual([]);
  });
});

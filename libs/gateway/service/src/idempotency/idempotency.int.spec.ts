import { instantOf, type Instant } from '@smartkey/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { until, untilSeen } from '@smartkey/testing';
import { pino } from 'pino';
import { endWaysIn } from '../losses/end-ways-in.ts';
import { FollowedLogs } from '../losses/followed-logs.ts';
import { TestGateway, type Call, type CallOptions } from '../testing/gateway.fixture.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await TestGateway.start();
});
afterAll(() => test.close());

let carriedOut = 0;
let keys = 0;
const newKey = (): string => `key-${(keys += 1)}`;
beforeEach(() => {
  carriedOut = 0;
  test.services.seen.length = 0;
  test.services.behaviour = (_seen, reply) => {
    carriedOut += 1;
    return reply.code(201).header('etag', '"7"').send({ n: carriedOut });
  };
});

const post = (
  idempotencyKey: string,
  body: unknown = { a: 1 },
  options: CallOptions & { path?: string } = {},
): Promise<Call> => test.call('POST', options.path ?? '/v1/contracts', body, { idempotencyKey, ...options });
const commandIds = (): unknown[] => test.services.seen.map(({ headers }) => headers['x-smartkey-command-id']);
const refused = (call: Call, status: number, code: string): void => {
  expect(call.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(call.body).toMatchObject({ status, code });
  expect(call.status).toBe(status);
};
const rows = () =>
  test.database.query<{ status: number | null; sealed: string | null }>(
    'SELECT status, sealed FROM idempotency',
  );
/** Until the last answer is kept: it may go out first. */
const kept = () =>
  untilSeen(
    () =>
      test.database.query<{ status: number | null }>(
        'SELECT status FROM idempotency ORDER BY expires_at DESC LIMIT 1',
      ),
    ([last]) => last?.status !== null,
  );
/** Lets time run for the stored rows, without waiting for it. */
const age = (millis: number): Promise<number> =>
  test.database.execute(
    `UPDATE idempotency SET lease_until = lease_until - $1 * interval '1 millisecond',
       expires_at = expires_at - $1 * interval '1 millisecond', secret_until = secret_until - $1 * interval '1 millisecond'`,
    [millis],
  );

describe('the same key and request', () => {
  it('gives the stored answer, carried out once', async () => {
    const key = newKey();
    const [first, again] = [await post(key), await post(key)];
    expect([first.status, first.body, first.headers.get('etag')]).toEqual([201, { n: 1 }, '"7"']);
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([201, first.text, '"7"']);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(carriedOut).toBe(1);
  });

  it('100 in parallel are carried out once, and all get its answer', async () => {
    test.services.behaviour = async (_seen, reply) => {
      carriedOut += 1;
      await sleep(200);
      return reply.code(201).send({ n: carriedOut });
    };
    const key = newKey();
    const calls = await Promise.all(Array.from({ length: 100 }, () => post(key)));
    expect(carriedOut).toBe(1);
    expect(new Set(calls.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['201 {"n":1}']));
    expect(calls.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
  });

  it('in parallel at two gateways is carried out once', async () => {
    test.services.behaviour = async (_seen, reply) => {
      carriedOut += 1;
      await sleep(150);
      return reply.code(201).send({ n: carriedOut });
    };
    const key = newKey();
    const other = await test.another();
    const there = (): Promise<number> =>
      fetch(`${other.url}/v1/contracts`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer the-operator-key-of-these-tests',
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: '{"a":1}',
      }).then(({ status }) => status);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? there() : post(key).then(({ status }) => status))),
    );
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 201));
    expect(carriedOut).toBe(1);
    await other.close();
  });

  it('is the same however its members are ordered and spaced', async () => {
    const key = newKey();
    await post(key, undefined, { raw: '{"a":1,"b":{"c":2,"d":3}}' });
    const again = await post(key, undefined, { raw: ' {"b" : {"d":3, "c":2}, "a":1} ' });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('holds after a restart', async () => {
    const key = newKey();
    const first = await post(key);
    await test.restart();
    const again = await post(key);
    expect([again.text, again.headers.get('idempotent-replayed'), carriedOut]).toEqual([
      first.text,
      'true',
      1,
    ]);
  });

  it('holds for PUT, PATCH and DELETE too', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const idempotencyKey = newKey();
      await test.call(method, '/v1/contracts/c/x?reason=r', undefined, { idempotencyKey });
      const again = await test.call(method, '/v1/contracts/c/x?reason=r', undefined, { idempotencyKey });
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    }
    expect(carriedOut).toBe(3);
  });

  it('a refusal is repeated as well', async () => {
    test.services.behaviour = (_seen, reply) => {
      carriedOut += 1;
      return reply.code(409).type('application/problem+json').send('{"status":409}');
    };
    const key = newKey();
    await post(key);
    expect((await post(key)).status).toBe(409);
    expect(carriedOut).toBe(1);
  });
});

describe('an answer that is out before it is kept', () => {
  it('is that of a success without a secret: a repeat waits for it, and a refusal is kept first', async () => {
    const { database } = test;
    const order: string[] = [];
    const execute = database.execute.bind(database);
    let keep!: () => void;
    const mayKeep = new Promise<void>((resolve) => (keep = resolve));
    const spy = jest.spyOn(database, 'execute').mockImplementation(async (text, parameters) => {
      if (text.startsWith('UPDATE idempotency AS kept')) {
        order.push('keeping');
        await mayKeep;
        order.push('kept');
      }
      return execute(text, parameters);
    });
    try {
      const key = newKey();
      expect((await post(key)).status).toBe(201);
      order.push('answered');
      const repeat = post(key).then(({ headers }) => {
        order.push('repeated');
        return headers.get('idempotent-replayed');
      });
      test.services.behaviour = (_seen, reply) => reply.code(409).send({});
      const refusal = post(newKey()).then(({ status }) => order.push(`refused ${status}`));
      await untilSeen(
        async () => test.services.seen.length,
        (seen) => seen === 2,
      );
      expect(order.filter((each) => each !== 'keeping')).toEqual(['answered']);
      keep();
      expect(await repeat).toBe('true');
      await refusal;
      expect(order.indexOf('kept')).toBeLessThan(order.indexOf('repeated'));
      expect(order.indexOf('kept')).toBeLessThan(order.indexOf('refused 409'));
      expect(carriedOut).toBe(1);
    } finally {
      spy.mockRestore();
    }
  });
});

describe('another request with the same key', () => {
  it('another body is 422, and is not carried out', async () => {
    const key = newKey();
    await post(key);
    refused(await post(key, { a: 2 }), 422, 'idempotency-key-reused');
    expect(carriedOut).toBe(1);
  });
  it('another query is 422', async () => {
    const key = newKey();
    await post(key, undefined, { path: '/v1/contracts?x=1' });
    refused(await post(key, undefined, { path: '/v1/contracts?x=2' }), 422, 'idempotency-key-reused');
  });
  it('while the first is under way is 422 at once', async () => {
    let answer!: () => void;
    test.services.behaviour = (_seen, reply) =>
      new Promise((resolve) => (answer = () => resolve(reply.code(201).send({}))));
    const key = newKey();
    const first = post(key);
    await until(() => test.services.seen.length > 0);
    refused(await post(key, { a: 2 }), 422, 'idempotency-key-reused');
    answer();
    expect((await first).status).toBe(201);
  });
  it('at another address, by another method or another credential is a request of its own', async () => {
    const key = newKey();
    const contract = test.contract();
    const contractor = await test.keyOf(contract, 'contractor');
    test.services.seen.length = 0;
    await post(key);
    await post(key, { a: 1 }, { path: '/v1/contracts/x' });
    await test.call('PUT', '/v1/contracts', { a: 1 }, { idempotencyKey: key });
    await post(key, { a: 1 }, { key: contractor.key });
    expect(carriedOut).toBe(4);
    expect(new Set(commandIds()).size).toBe(4);
  });
});

describe('a first request that does not end well', () => {
  it('a repeat waits for a while, then is told to come again', async () => {
    const key = newKey();
    await post(key);
    await kept();
    await test.database.execute(
      `UPDATE idempotency SET status = NULL WHERE expires_at = (SELECT max(expires_at) FROM idempotency)`,
    );
    const call = await post(key);
    refused(call, 409, 'idempotency-in-progress');
    expect(call.headers.get('retry-after')).toBe('1');
  });

  it.each([500, 503, 429])(
    '%i is not kept: the repeat is carried out, as the same command',
    async (status) => {
      test.services.behaviour = (_seen, reply) => {
        carriedOut += 1;
        return reply.code(carriedOut === 1 ? status : 201).send({});
      };
      const key = newKey();
      expect((await post(key)).status).toBe(status);
      expect((await post(key)).status).toBe(201);
      expect(new Set(commandIds()).size).toBe(1);
    },
  );

  it('a service that does not answer: the repeat is carried out at once, as the same command', async () => {
    const impatient = await test.sibling({ SMARTKEY_UPSTREAM_TIMEOUT: '500' });
    impatient.services.behaviour = (_seen, reply) =>
      impatient.services.seen.length === 1 ? new Promise(() => undefined) : reply.code(201).send({});
    const again = (): Promise<Call> => impatient.call('POST', '/v1/contracts', {}, { idempotencyKey: 'x' });
    refused(await again(), 503, 'temporarily-unavailable');
    expect((await again()).status).toBe(201);
    const ids = impatient.services.seen.map(({ headers }) => headers['x-smartkey-command-id']);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    await impatient.close();
  });

  it('a crash between the service and the stored answer: after the lease the repeat is the same command', async () => {
    const key = newKey();
    await post(key);
    await kept();
    // What a gateway leaves behind that dies after the service has acted and before the answer is kept.
    await test.database.execute('UPDATE idempotency SET status = NULL, headers = NULL');
    await age(60_000);
    const again = await post(key);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect(carriedOut).toBe(2);
    expect(new Set(commandIds()).size).toBe(1);
    expect(test.services.last().headers['x-smartkey-repeatable']).toBe('1');
    expect((await post(key)).headers.get('idempotent-replayed')).toBe('true');
  });

  it('of 20 repeats after a crash one is carried out', async () => {
    const key = newKey();
    await post(key);
    await kept();
    await test.database.execute('UPDATE idempotency SET status = NULL, headers = NULL');
    await age(60_000);
    const calls = await Promise.all(Array.from({ length: 20 }, () => post(key)));
    expect(calls.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(carriedOut).toBe(2);
  });
});

describe('how long', () => {
  it('an answer is kept for 24 hours; after that the service is asked again, as the same command', async () => {
    const key = newKey();
    await post(key);
    await age(23 * 3_600_000);
    expect((await post(key)).headers.get('idempotent-replayed')).toBe('true');
    await age(3_600_000);
    expect((await post(key)).headers.get('idempotent-replayed')).toBeNull();
    expect(new Set(commandIds()).size).toBe(1);
  });

  it('an authentication for 120 s; a provider’s constant key with a new code is then a new command', async () => {
    const path = '/v1/authentications';
    const key = newKey();
    const body = { externalId: 'taro', code: '123456' };
    await post(key, body, { path });
    await age(60_000);
    expect((await post(key, body, { path })).headers.get('idempotent-replayed')).toBe('true');
    refused(await post(key, { ...body, code: '654321' }, { path }), 422, 'idempotency-key-reused');
    await age(60_000);
    await post(key, { ...body, code: '654321' }, { path });
    expect(new Set(commandIds()).size).toBe(2);
  });

  it('an answer with a secret is stored sealed, repeated for 10 minutes, then 409', async () => {
    test.services.behaviour = (_seen, reply) =>
      reply.code(201).header('x-smartkey-secret', '1').send({ secretBase32: 'TOPSECRETTOPSECRET' });
    const key = newKey();
    const path = '/v1/contracts/c/ids/r/enrolments';
    const first = await post(key, {}, { path });
    expect(first.body.secretBase32).toBe('TOPSECRETTOPSECRET');
    expect((await rows()).at(-1)).toEqual({ status: 201, sealed: expect.stringMatching(/^sealed\./) });
    expect((await post(key, {}, { path })).text).toBe(first.text);
    await age(600_000);
    refused(await post(key, {}, { path }), 409, 'secret-answered-before');
    expect(test.services.seen).toHaveLength(1);
  });

  it('no answer is stored in the clear: it may name people', async () => {
    await test.database.execute('DELETE FROM idempotency');
    test.services.behaviour = (_seen, reply) => reply.code(201).send({ externalId: 'taro@example.jp' });
    const key = newKey();
    const first = await post(key);
    expect(first.text).toContain('taro@example.jp');
    await kept();
    expect(await rows()).toEqual([{ status: 201, sealed: expect.stringMatching(/^sealed\./) }]);
    const stored = await test.database.query<{ row: string }>('SELECT i::text AS row FROM idempotency i');
    expect(stored[0]!.row).not.toContain('taro');
    await age(12 * 3_600_000);
    expect((await post(key)).text).toBe(first.text);
  });

  it('what is past its time is purged, and a secret’s copy before the rest', async () => {
    const { IdempotencyStore } = await import('./idempotency-store.ts');
    const store = new IdempotencyStore(test.database, {
      seal: async () => 'sealed',
      open: async () => new Uint8Array(),
    });
    await test.database.execute('DELETE FROM idempotency');
    test.services.behaviour = (_seen, reply) => reply.code(201).header('x-smartkey-secret', '1').send({});
    await post(newKey());
    const later = (millis: number): Instant => instantOf(Date.now() + millis);
    expect(await store.purge(later(601_000))).toBe(0);
    expect(await rows()).toEqual([{ status: 201, sealed: null }]);
    expect(await store.purge(later(24 * 3_600_000 + 1_000))).toBe(1);
    expect(await rows()).toEqual([]);
  });
});

describe('a CSV body', () => {
  const path = '/v1/contracts/c/ids/imports';
  it('is hashed as it goes by, and repeated or refused by what it was', async () => {
    const idempotencyKey = newKey();
    const send = (csv: string): Promise<Call> => test.call('POST', path, undefined, { csv, idempotencyKey });
    const csv = `externalId\n${'x\n'.repeat(50_000)}`;
    expect((await send(csv)).status).toBe(201);
    expect((await send(csv)).headers.get('idempotent-replayed')).toBe('true');
    refused(await send(`${csv}y\n`), 422, 'idempotency-key-reused');
    expect(carriedOut).toBe(1);
    expect(test.services.last().body.length).toBe(csv.length);
  });
});

describe('without a key', () => {
  it('each request is one of its own', async () => {
    await test.call('POST', '/v1/contracts', {});
    await test.call('POST', '/v1/contracts', {});
    expect(carriedOut).toBe(2);
    expect(commandIds()).toEqual([undefined, undefined]);
  });
  it('a read takes no key', async () => {
    await test.call('GET', '/v1/contracts', undefined, { idempotencyKey: 'x' });
    await test.call('GET', '/v1/contracts', undefined, { idempotencyKey: 'x' });
    expect(carriedOut).toBe(2);
  });
  it.each(['', 'with space', 'x'.repeat(129)])('a key such as "%s" is 400', async (key) =>
    refused(await post(key), 400, 'malformed-idempotency-key'),
  );
  it('a body that cannot be read is 400 and begins nothing', async () => {
    const key = newKey();
    refused(await post(key, undefined, { raw: '{"a":' }), 400, 'malformed-json');
    expect((await post(key)).status).toBe(201);
  });
});

describe('where a log began anew after a loss', () => {
  const begunAnew = (at: number): void =>
    void (test.services.incarnation = { number: 2, keptPosition: '7', begunAt: instantOf(at) });
  afterEach(() => void (test.services.incarnation = { number: 1, keptPosition: '0', begunAt: null }));

  it('what was answered before says nothing any more: the same command is carried out again, and kept', async () => {
    const key = newKey();
    expect((await post(key)).body).toEqual({ n: 1 });
    await kept();
    begunAnew(Date.now());
    // What was known of it a moment ago is asked again.
    await sleep(1_100);
    expect((await post(key)).body).toEqual({ n: 2 });
    const [first, again] = commandIds();
    expect(again).toBe(first);
  });

  it('what was answered long after is repeated', async () => {
    begunAnew(Date.now() - 120_000);
    await sleep(1_100);
    const key = newKey();
    expect((await post(key)).body).toEqual({ n: 1 });
    await kept();
    expect((await post(key)).body).toEqual({ n: 1 });
  });

  it('all that is kept goes, and what follows logs goes back with them, once', async () => {
    await post(newKey());
    await kept();
    await test.database.execute(
      `INSERT INTO notice_places (source, position) VALUES ('contract', 900), ('device-registry erasures', 900)
       ON CONFLICT (source) DO UPDATE SET position = 900`,
    );
    // One that the gateway has not been told of: it follows by itself what it hears of.
    const incarnations = { of: () => Promise.resolve({ number: 3, keptPosition: 7n, begunAt: undefined }) };
    const followed = new FollowedLogs({
      database: test.database,
      incarnations,
      log: pino({ level: 'silent' }),
    });
    await followed.look();
    expect(await rows()).toEqual([]);
    const places = () =>
      test.database.query(
        `SELECT source, position FROM notice_places WHERE source IN ('contract', 'device-registry erasures') ORDER BY source`,
      );
    expect(await places()).toEqual([
      { source: 'contract', position: 7n },
      { source: 'device-registry erasures', position: 0n },
    ]);
    await test.database.execute('UPDATE notice_places SET position = 8');
    await followed.look();
    expect(await places()).toMatchObject([{ position: 8n }, { position: 8n }]);
  });

  it('and where its own log did, nobody is signed in any more, by what was ended or used since the copy', async () => {
    await test.database.script(
      `INSERT INTO sessions (id, prefix, hash, key, key_role, method, created_at, seen_at, expires_at)
         VALUES ('ses_1', 'prefix-1', 'hash', 'key_1', 'operator', 'key', now(), now(), now() + interval '1 day');
       INSERT INTO challenges (hash, kind, expires_at) VALUES ('hash', 'passkey', now() + interval '1 day')`,
    );
    await test.database.transaction(endWaysIn);
    const [left] = await test.database.query(
      'SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM challenges) AS challenges',
    );
    expect(left).toEqual({ sessions: 0n, challenges: 0n });
  });
});

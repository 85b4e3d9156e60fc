import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { until } from '@smartkey/testing';
import { pino } from 'pino';
import request from 'supertest';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { INTERNAL } from '../index.ts';
import { as, OPERATOR, sampleService, TOKEN } from './sample-service.fixture.ts';

let app: NestFastifyApplication;
let failing = false;
/** Warnings and worse. */
const logged: string[] = [];

beforeAll(async () => {
  app = await sampleService(
    [
      {
        name: 'part',
        check: async () => {
          if (failing) throw new Error('down');
        },
      },
    ],
    pino({ level: 'warn' }, { write: (line) => void logged.push(line) }),
  );
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());

const http = () => request(app.getHttpServer());
const operator = as(OPERATOR);
const form = { applicant: { name: 'Acme' }, plan: 'enterprise' };
const create = (body: unknown) =>
  http()
    .post('/v1/contracts')
    .set(operator)
    .send(body as object);
const rawJson = (text: string | Buffer) =>
  http()
    .post('/v1/contracts')
    .set(operator)
    .set('content-type', 'application/json')
    .send(text as string);

/** What is true of every refusal: a problem document, closed in shape, with nothing of our insides. */
function expectProblem(response: request.Response, status: number, code: string): void {
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(response.headers['x-request-id']).toMatch(/^[\w.-]{8,64}$/);
  const allowed = ['type', 'title', 'status', 'detail', 'code', 'errors'];
  expect(Object.keys(response.body).filter((name) => !allowed.includes(name))).toEqual([]);
  expect(response.body).toMatchObject({ status, code, type: `urn:smartkey:problem:${code}` });
  expect(response.status).toBe(status);
  expect(response.text).not.toMatch(/\n\s+at |\.[jt]s:\d|node_modules/);
}

describe('a request that cannot be read', () => {
  it.each([
    ['bad JSON', '{"plan":', 'malformed-json'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('latin1') + '{', 'malformed-json'],
    ['prototype pollution', '{"__proto__":{"admin":true}}', 'malformed-json'],
    ['constructor pollution', '{"constructor":{"prototype":{"admin":true}}}', 'malformed-json'],
    ['JSON as deep as it is long', '['.repeat(900) + ']'.repeat(900), 'json-too-deep'],
  ])('%s is 400', async (_name, text, code) => {
    expectProblem(await rawJson(text), 400, code);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['{"plan":"enterprise","applicant":{"name":"A","name":"B"}}', '/applicant/name'],
    ['{"plan":"enterprise","\\u0070lan":"enterprise"}', '/plan'],
    ['{"tiers":[{"upTo":1},{"upTo":1,"upTo":{"x":1}}]}', '/tiers/1/upTo'],
  ])('a member that stands twice is 400 and named: %s', async (text, pointer) => {
    const response = await rawJson(text);
    expectProblem(response, 400, 'duplicate-member');
    expect(response.body.errors).toEqual([{ pointer, rule: 'duplicate-member', detail: expect.any(String) }]);
  });

  it.each([
    'application/json; charset=ISO-8859-1',
    'application/json; charset=shift_jis',
    'text/csv; charset=latin1',
  ])('a charset that is not read is 415: %s', async (type) =>
    expectProblem(
      await http().post('/v1/contracts/a/csv').set(operator).set('content-type', type).send('{}'),
      415,
      'unsupported-media-type',
    ),
  );

  it('an address that cannot be decoded is 400', async () =>
    expectProblem(await http().get('/v1/contracts/%zz').set(operator), 400, 'malformed-request'));
  it('a body over the limit is 413', async () =>
    expectProblem(await create({ ...form, x: 'x'.repeat(3_000) }), 413, 'content-too-large'));
  it('a body of another type is 415', async () =>
    expectProblem(
      await http().post('/v1/contracts').set(operator).type('text/plain').send('plan'),
      415,
      'unsupported-media-type',
    ));
  it('a malformed If-Match is 400', async () =>
    expectProblem(await create(form).set('if-match', 'W/"3"'), 400, 'malformed-if-match'));
  it('HTTP that is none is answered with a problem too', async () => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/9\r\n\r\n'));
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({
      status: 400,
      code: 'malformed-request',
    });
  });
  it('headers over the limit are 431', async () => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`),
      );
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('an address that is not there', () => {
  it('is 404', async () => expectProblem(await http().get('/v1/nothing').set(operator), 404, 'not-found'));
  it('with another method is 405 and names those it has', async () => {
    const response = await http().patch('/v1/contracts').set(operator);
    expectProblem(response, 405, 'method-not-allowed');
    expect(response.headers['allow']).toBe('POST, GET, HEAD');
  });
  it('a path with a NUL is 404, not a failure of the database', async () =>
    expectProblem(await http().get('/v1/contracts/a%00b').set(operator), 404, 'not-found'));
});

describe('a form', () => {
  it.each<[string, object, string, string]>([
    ['an unknown field', { ...form, admin: true }, '/admin', 'unknown-field'],
    ['an unknown field inside', { ...form, applicant: { name: 'A', x: 1 } }, '/applicant/x', 'unknown-field'],
    ['a missing field', { plan: 'enterprise' }, '/applicant', 'object'],
    ['a list instead of an object', { ...form, applicant: [] }, '/applicant', 'object'],
    ['null for an optional field', { ...form, day: null }, '/day', 'jst-day'],
    ['a day that does not exist', { ...form, day: '2018-02-30' }, '/day', 'jst-day'],
    ['a month that does not exist', { ...form, month: '2018-13' }, '/month', 'service-month'],
    ['a day that texts cannot be compared with', { ...form, day: '3000-01-01' }, '/day', 'jst-day'],
    ['a month of the year 0', { ...form, month: '0000-01' }, '/month', 'service-month'],
    ['a month that has no next one as text', { ...form, month: '9999-12' }, '/month', 'service-month'],
    ['an instant that is no day in Japan', { ...form, at: '9999-12-31T23:00:00Z' }, '/at', 'instant'],
    ['an instant without offset', { ...form, at: '2018-01-01T00:00:00' }, '/at', 'instant'],
    ['money as a number', { ...form, fee: 100 }, '/fee', 'yen'],
    ['a negative amount', { ...form, fee: '-1' }, '/fee', 'yen'],
    ['an exponent', { ...form, tiers: [{ upTo: 1, unitPrice: '1e3' }] }, '/tiers/0/unitPrice', 'decimal'],
    [
      'seven decimals',
      { ...form, tiers: [{ upTo: null, unitPrice: '0.1234567' }] },
      '/tiers/0/unitPrice',
      'decimal',
    ],
    ['too many in a list', { ...form, tiers: [1, 2, 3] }, '/tiers', 'list'],
    ['an object instead of a list', { ...form, tiers: { length: 1, 0: {} } }, '/tiers', 'list'],
    ['a value out of the enumeration', { ...form, plan: 'gold' }, '/plan', 'one-of'],
    ['a text with a line break', { ...form, applicant: { name: 'a\nb' } }, '/applicant/name', 'text'],
    ['a blank text', { ...form, applicant: { name: '  ' } }, '/applicant/name', 'text'],
    ['a text too long', { ...form, applicant: { name: 'x'.repeat(21) } }, '/applicant/name', 'text'],
    ['a NUL', { ...form, applicant: { name: 'a\u0000b' } }, '/applicant/name', 'plain-text'],
    ['a lone surrogate', { ...form, applicant: { name: 'a\ud800' } }, '/applicant/name', 'plain-text'],
    ['a list as the body', [form], '', 'object'],
    ['a field named with / and ~', { ...form, 'a/b~c': 1 }, '/a~1b~0c', 'unknown-field'],
  ])('%s is 422 and named by pointer and rule', async (_name, body, pointer, rule) => {
    const response = await create(body);
    expectProblem(response, 422, 'validation-failed');
    expect(response.body.errors).toContainEqual({ pointer, rule, detail: expect.any(String) });
  });

  it.each(['null', '"text"', '7', 'true'])('the body %s is 422', async (text) =>
    expectProblem(await rawJson(text), 422, 'validation-failed'),
  );
  it('never tells a rejected value back', async () => {
    const response = await create({ ...form, plan: 'S3CRET', day: 'S3CRET', fee: 'S3CRET' });
    expect(response.body.errors).toHaveLength(3);
    expect(response.text).not.toContain('S3CRET');
  });
  it('arrives in canonical forms, without members that were not sent', async () => {
    const response = await create({
      ...form,
      at: '2018-02-01T00:00:00+09:00',
      applicant: { name: 'A', externalId: 'か\u3099' },
    });
    expect(response.body.form).toEqual({
      ...form,
      at: '2018-01-31T15:00:00.000Z',
      applicant: { name: 'A', externalId: 'が' },
    });
  });
});

describe('a query', () => {
  it('limit is 50 unless told', async () =>
    expect((await http().get('/v1/contracts').set(operator)).body).toEqual({ limit: 50 }));
  it.each(['0', '201', '1e2', '', 'abc', '5&limit=6'])('limit=%s is 422', async (limit) =>
    expectProblem(await http().get(`/v1/contracts?limit=${limit}`).set(operator), 422, 'validation-failed'),
  );
  it('an unknown parameter is 422', async () =>
    expectProblem(await http().get('/v1/contracts?limt=5').set(operator), 422, 'validation-failed'));
  it('a NUL is 422', async () =>
    expectProblem(await http().get('/v1/contracts?cursor=%00').set(operator), 422, 'validation-failed'));
});

describe('roles and tenants', () => {
  const bound = as({ role: 'contractor', key: 'key_2', contract: 'ctr_own' });
  it('a call without the internal token is refused before its body is read', async () =>
    expectProblem(
      await http().post('/v1/contracts').set(INTERNAL.actor, operator[INTERNAL.actor]!),
      401,
      'unauthenticated',
    ));
  it('a call without an actor is 401', async () =>
    expectProblem(await http().get('/v1/contracts').set(INTERNAL.token, TOKEN), 401, 'unauthenticated'));
  it('a role that may not is 403', async () =>
    expectProblem(await http().post('/v1/contracts').set(bound).send(form), 403, 'forbidden'));
  it('a route that names no roles refuses everybody', async () =>
    expectProblem(await http().get('/v1/contracts/ctr_own/forgotten').set(operator), 403, 'forbidden'));
  it('a bound key sees its own contract', async () =>
    expect((await http().get('/v1/contracts/ctr_own').set(bound)).body).toEqual({
      id: 'ctr_own',
      role: 'contractor',
    }));
  it('a bound key that names no contract is refused', async () =>
    expectProblem(
      await http()
        .get('/v1/contracts/undefined')
        .set(as({ role: 'contractor', key: 'k' })),
      403,
      'forbidden',
    ));
  it('a foreign contract and an unknown one are the same 404, byte for byte', async () => {
    const foreign = await http().get('/v1/contracts/ctr_foreign').set(bound);
    const unknown = await http().get('/v1/contracts/ctr_unknown').set(operator);
    const noRoute = await http().get('/v1/nothing').set(operator);
    expectProblem(foreign, 404, 'not-found');
    expect(foreign.text).toBe(unknown.text);
    expect(foreign.text).toBe(noRoute.text);
  });
  it('what is internal needs the token and no actor', async () => {
    expect((await http().get('/internal/facts').set(INTERNAL.token, TOKEN)).body).toEqual({ internal: true });
    expectProblem(await http().get('/internal/facts').set(INTERNAL.token, 'guess'), 401, 'unauthenticated');
  });
});

describe('a refusal of a rule', () => {
  it('names the article and the field', async () => {
    const response = await http().get('/v1/contracts/a/refusals/invalid').set(operator);
    expectProblem(response, 422, 'notice-too-early');
    expect(response.body.errors).toEqual([
      { pointer: '/requestedDay', rule: '第6条', detail: 'Thirty days must run.' },
    ]);
  });
  it('of the state is 409', async () =>
    expectProblem(
      await http().get('/v1/contracts/a/refusals/conflict').set(operator),
      409,
      'accepted-already',
    ));
  it('a fault of ours is 500 and says nothing of it', async () => {
    const response = await http().get('/v1/contracts/a/refusals/fault').set(operator);
    expectProblem(response, 500, 'internal-error');
    expect(response.text).not.toContain('secret detail');
  });
});

describe('a hot route', () => {
  it('checks by its compiled schema', async () => {
    const hot = (body: object) => http().post('/v1/contracts/a/hot').set(operator).send(body);
    expect((await hot({ code: '123456' })).body).toEqual({ length: 6 });
    for (const [body, pointer, rule] of [
      [{ code: '12345a' }, '/code', 'pattern'],
      [{ code: 123456 }, '/code', 'type'],
      [{}, '/code', 'required'],
      [{ code: '123456', epoch: 1 }, '/epoch', 'unknown-field'],
    ] as const) {
      const response = await hot(body);
      expectProblem(response, 422, 'validation-failed');
      expect(response.body.errors[0]).toMatchObject({ pointer, rule });
    }
  });
});

describe('CSV', () => {
  const csv = (body: string) => http().post('/v1/contracts/a/csv').set(operator).type('text/csv').send(body);
  it('comes as a stream', async () => expect((await csv('a,b\n1,2\n')).body).toEqual({ length: 8 }));
  it('over its limit is 413', async () =>
    expectProblem(await csv('x'.repeat(1_001)), 413, 'content-too-large'));
  it('over its limit without a length is 413 too', async () => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/contracts/a/csv`, {
      method: 'POST',
      headers: { ...operator, 'content-type': 'text/csv' },
      body: new Blob(['x'.repeat(5_000)]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
  });
  it('JSON where CSV is asked for is 415', async () =>
    expectProblem(
      await http().post('/v1/contracts/a/csv').set(operator).send({}),
      415,
      'unsupported-media-type',
    ));
});

describe('a caller who goes away in the middle of a body', () => {
  it.each([
    ['JSON', '/v1/contracts', 'application/json', '{"a":'],
    ['CSV', '/v1/contracts/a/csv', 'text/csv', 'a,b\n'],
  ])('is counted, and is no failure of ours: %s', async (_what, path, type, sent) => {
    const { port } = app.getHttpServer().address() as AddressInfo;
    const headers = Object.entries(operator).map(([name, value]) => `${name}: ${value}\r\n`);
    const before = logged.length;
    const socket = connect(port, '127.0.0.1', () => {
      setTimeout(() => socket.destroy(), 100);
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers.join('')}Content-Type: ${type}\r\nContent-Length: 500\r\n\r\n${sent}`,
      );
    });
    const route = path.replace('/a/', '/:id/');
    const counted = `smartkey_http_requests_aborted_total{service="sample",method="POST",route="${route}"} 1`;
    await until(async () => (await http().get('/metrics')).text.includes(counted));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(logged.slice(before)).toEqual([]);
  });
});

describe('a write', () => {
  it('answers ETag and Consistency-Token, and a read takes the token', async () => {
    const response = await create(form)
      .set('if-match', '"2"')
      .set(INTERNAL.commandId, 'c-1')
      .set(INTERNAL.repeatable, '1');
    expect(response.status).toBe(201);
    expect(response.headers['etag']).toBe('"3"');
    expect(response.body.command).toEqual({
      actor: OPERATOR,
      commandId: 'c-1',
      repeatable: true,
      ifMatch: 2,
    });
    const read = await http()
      .get('/v1/contracts/a/consistent')
      .set(operator)
      .set('consistency-token', response.headers['consistency-token']!);
    expect(read.body).toEqual({ marks: 1 });
  });
  it('a token that is not reached in time is 503 with Retry-After', async () => {
    const token = Buffer.from('1.contract.42').toString('base64url');
    const response = await http()
      .get('/v1/contracts/a/consistent')
      .set(operator)
      .set('consistency-token', token);
    expectProblem(response, 503, 'temporarily-unavailable');
    expect(response.headers['retry-after']).toBe('1');
  });
  it('a token that was never answered is 400', async () =>
    expectProblem(
      await http().get('/v1/contracts/a/consistent').set(operator).set('consistency-token', 'x'),
      400,
      'malformed-consistency-token',
    ));
  it('without a command id is a command of its own each time', async () => {
    const ids = [(await create(form)).body.command.commandId, (await create(form)).body.command.commandId];
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('health and metrics', () => {
  it('live, ready, and not ready when a part fails', async () => {
    expect((await http().get('/health/live')).body).toEqual({ status: 'ok' });
    expect((await http().get('/health/ready')).body).toEqual({ status: 'ok', checks: { part: 'ok' } });
    failing = true;
    const response = await http().get('/health/ready');
    failing = false;
    expect(response.status).toBe(503);
    expect(response.body).toEqual({ status: 'unavailable', checks: { part: 'unavailable' } });
  });
  it('ready for a balancer that leaves a failing part out', async () => {
    failing = true;
    const without = await http().get('/health/ready?exclude=another&exclude=part');
    const withIt = await http().get('/health/ready?exclude=another');
    failing = false;
    expect(without.status).toBe(200);
    expect(without.body).toEqual({ status: 'ok', checks: {} });
    expect(withIt.status).toBe(503);
  });
  it('metrics count requests by route, not by address', async () => {
    await http().get('/v1/contracts/ctr_own').set(operator);
    const { text } = await http().get('/metrics');
    expect(text).toContain('route="/v1/contracts/:id"');
    expect(text).not.toContain('ctr_own');
  });
});

import { gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@smartkey/testing';
import { OPERATOR_KEY, TestGateway, type Call } from '../testing/gateway.fixture.ts';

const refused = (call: Call, status: number, code: string): void => {
  expect(call.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(call.body).toMatchObject({ status, code });
  expect(call.status).toBe(status);
};

describe.each([
  ['by sockets', false],
  ['within one process', true],
])('services reached %s', (_how, within) => {
  let test: TestGateway;
  beforeAll(async () => {
    test = await TestGateway.start({ SMARTKEY_JSON_LIMIT: '1000', SMARTKEY_CSV_LIMIT: '2000' });
    test.within = within;
    await test.restart();
  });
  afterAll(() => test.close());
  beforeEach(() => {
    test.services.behaviour = ({ service, method, url }) => ({ service, method, url });
  });

  /** One with other settings, whose services are reached in the same way. */
  const sibling = async (env: Readonly<Record<string, string>>): Promise<TestGateway> => {
    const made = await test.sibling(env);
    made.within = within;
    await made.restart();
    return made;
  };

  describe('handing on', () => {
    it('keeps method, path, query and body as they came', async () => {
      const body = '{"z" : 1,  "a":"é"}';
      const call = await test.call('PATCH', '/v1/contracts/ctr_1/applicant?x=%E3%81%82&y=1', undefined, {
        raw: body,
      });
      expect(call.body).toEqual({
        service: 'contract',
        method: 'PATCH',
        url: '/v1/contracts/ctr_1/applicant?x=%E3%81%82&y=1',
      });
      expect(test.services.last().body.toString()).toBe(body);
    });

    it('hands on what a client may say, and answers what the service says, but nothing internal', async () => {
      test.services.behaviour = (_seen, reply) =>
        reply
          .code(201)
          .headers({ etag: '"4"', 'consistency-token': 'tok', 'x-smartkey-secret': '1', location: '/v1/x' })
          .send({ ok: true });
      const call = await test.call(
        'POST',
        '/v1/contracts',
        {},
        {
          headers: { 'if-match': '"3"', 'consistency-token': 'mine', 'x-request-id': 'client-chosen-1' },
        },
      );
      expect(call.status).toBe(201);
      expect(Object.fromEntries(call.headers)).toMatchObject({
        etag: '"4"',
        'consistency-token': 'tok',
        location: '/v1/x',
        'x-request-id': 'client-chosen-1',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect(call.headers.get('x-smartkey-secret')).toBeNull();
      const { headers } = test.services.last();
      expect(headers).toMatchObject({
        'if-match': '"3"',
        'consistency-token': 'mine',
        'x-request-id': 'client-chosen-1',
      });
    });

    it('who holds a file already is told so', async () => {
      test.services.behaviour = (_seen, reply) => reply.code(304).headers({ etag: '"abc"' }).send('');
      const call = await test.call('GET', '/v1/invoices/SK-000000001.pdf', undefined, {
        headers: { 'if-none-match': '"abc"' },
      });
      expect([call.status, call.headers.get('etag')]).toEqual([304, '"abc"']);
      expect(test.services.last().headers['if-none-match']).toBe('"abc"');
    });

    it('a request id that could forge a log line is replaced', async () => {
      const call = await test.call('GET', '/v1/contracts', undefined, {
        headers: { 'x-request-id': 'a b c d e f g h' },
      });
      expect(call.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    });

    it('streams a long answer through', async () => {
      const line = `${'x'.repeat(99)}\n`;
      test.services.behaviour = (_seen, reply) =>
        reply.type('text/csv').send(
          Readable.from(
            (function* () {
              for (let n = 0; n < 50_000; n += 1) yield line;
            })(),
          ),
        );
      const call = await test.call('GET', '/v1/exports/exp_1/file');
      expect(call.text.length).toBe(5_000_000);
      expect(call.headers.get('content-type')).toBe('text/csv');
    });

    it('streams CSV in', async () => {
      await test.call('POST', '/v1/contracts/ctr_1/ids/imports', undefined, { csv: 'externalId\na\n' });
      expect(test.services.last()).toMatchObject({
        service: 'device-registry',
        body: Buffer.from('externalId\na\n'),
      });
      expect(test.services.last().headers['content-type']).toBe('text/csv');
    });

    it('a refusal of a service is told as it is', async () => {
      test.services.behaviour = (_seen, reply) =>
        reply
          .code(422)
          .type('application/problem+json; charset=utf-8')
          .send('{"status":422,"code":"x","detail":"第6条"}');
      const call = await test.call('POST', '/v1/contracts', {});
      expect(call.text).toBe('{"status":422,"code":"x","detail":"第6条"}');
      expect(call.status).toBe(422);
    });

    it.each([
      '/v1/%2e%2e/internal/log',
      '/v1/contracts/%2e%2e',
      '/v1/contracts//x',
      '/v1/x%2f..%2finternal',
      '/v1/%61uthentications',
      '/%761/authentications',
      '/v1/authentications/',
      '/v1/./authentications',
      '/v1/authentications#x',
      '/v1/contracts/%e3%81%82',
      '/%68ealth/live',
      '//docs',
    ])('nothing is served by another spelling of its path, nor what is internal by any: %s', async (path) => {
      const before = test.services.seen.length;
      const { text } = await test.raw(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${OPERATOR_KEY}\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1\.1 404 /);
      expect(test.services.seen.length).toBe(before);
    });
  });

  describe('HEAD', () => {
    const heads = async (path: string, key: string | null = OPERATOR_KEY): Promise<void> => {
      const get = await test.call('GET', path, undefined, { key });
      const head = await test.call('HEAD', path, undefined, { key });
      const plain = ({ headers }: Call): object => {
        const { date: _date, 'x-request-id': _id, ...rest } = Object.fromEntries(headers);
        // Of the connection and of the moment, not of the answer.
        for (const name of Object.keys(rest))
          if (/^(ratelimit-|connection$|keep-alive$)/.test(name)) delete rest[name];
        return rest;
      };
      expect([head.status, head.text]).toEqual([get.status, '']);
      expect(plain(head)).toEqual(plain(get));
      expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(get.text)));
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
    };
    it.each([
      '/v1/contracts',
      '/v1/contracts/ctr_1/usage/2018-01',
      '/v1/status',
      '/v1/keys',
      '/v1/keys?limit=0',
    ])('answers what GET answers, but the body: %s', (path) => {
      test.services.behaviour = ({ service, url }) => ({ service, url });
      return heads(path);
    });
    it.each(['/openapi.json', '/docs', '/health/live', '/nothing', '/v1/contracts'])(
      'and so it does without a key: %s',
      (path) => heads(path, null),
    );
    it('reaches a service as HEAD, and a long answer has the length that GET has', async () => {
      test.services.behaviour = ({ method }, reply) =>
        method === 'HEAD'
          ? reply.header('content-length', '300000').send()
          : reply.type('text/plain').send('x'.repeat(300_000));
      const [get, head] = [await test.call('GET', '/v1/contracts'), await test.call('HEAD', '/v1/contracts')];
      expect(test.services.last().method).toBe('HEAD');
      expect([get.headers.get('content-length'), head.headers.get('content-length')]).toEqual([
        '300000',
        '300000',
      ]);
    });
  });

  describe('bodies', () => {
    it('JSON over the limit is 413', async () =>
      refused(await test.call('POST', '/v1/contracts', { a: 'x'.repeat(1_000) }), 413, 'content-too-large'));
    it('CSV over the limit is 413', async () =>
      refused(
        await test.call('POST', '/v1/contracts/c/ids/imports', undefined, { csv: 'x'.repeat(2_001) }),
        413,
        'content-too-large',
      ));
    it('CSV over the limit without a length is 413', async () => {
      const response = await fetch(`${test.gateway.url}/v1/contracts/c/ids/imports`, {
        method: 'POST',
        headers: { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'text/csv' },
        body: new Blob(['x'.repeat(3_000)]).stream(),
        duplex: 'half',
      } as RequestInit);
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: 'content-too-large' });
    });
    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ])('%s is 415', async (type) =>
      refused(
        await test.call('POST', '/v1/contracts', undefined, { raw: 'x', headers: { 'content-type': type } }),
        415,
        'unsupported-media-type',
      ),
    );
    it('a coded body is 415: nothing is inflated', async () => {
      const response = await fetch(`${test.gateway.url}/v1/contracts`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${OPERATOR_KEY}`,
          'content-type': 'application/json',
          'content-encoding': 'gzip',
        },
        body: gzipSync('{}'),
      });
      expect(response.status).toBe(415);
    });
  });

  describe('a declared charset', () => {
    const typed = (type: string, raw: string) =>
      test.call('POST', '/v1/contracts/c/ids/imports', undefined, { raw, headers: { 'content-type': type } });
    it.each([
      'application/json; charset=ISO-8859-1',
      'application/json;charset="utf-16"',
      'application/json; charset=shift_jis',
      'application/json; x="; charset=utf-8"; charset=latin1',
      'text/csv; charset=ISO-8859-1',
      'text/csv; charset=euc-jp',
      'text/csv; charset=constructor',
    ])('that is not read is 415: %s', async (type) => {
      const before = test.services.seen.length;
      refused(await typed(type, '{}'), 415, 'unsupported-media-type');
      expect(test.services.seen.length).toBe(before);
    });
    it.each([
      'application/json; charset=UTF-8',
      'application/json; charset="utf-8"',
      'text/csv; charset=Shift_JIS',
      'text/csv; header=present; charset=windows-31j',
      'text/csv; charset=utf-8',
    ])('that is read is handed on: %s', async (type) => {
      expect((await typed(type, '{}')).status).toBe(200);
      expect(test.services.last().headers['content-type']).toBe(type);
    });
  });

  describe('a caller who goes away in the middle of a body', () => {
    const upload = (path: string, type: string, length: number, sent: string) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${OPERATOR_KEY}\r\nContent-Type: ${type}\r\n` +
      `Content-Length: ${length}\r\nIdempotency-Key: gone-${Math.random()}\r\n\r\n${sent}`;
    it.each([
      ['JSON', upload('/v1/contracts', 'application/json', 500, '{"a":')],
      ['CSV', upload('/v1/contracts/c/ids/imports', 'text/csv', 1_500, 'externalId\n')],
    ])('is no failure of ours: %s', async (_what, sent) => {
      const before = test.logged.length;
      await test.raw(sent, 200);
      const aborted = async (): Promise<string | undefined> =>
        (await test.call('GET', '/metrics', undefined, { key: null })).text
          .split('\n')
          .find((line) => line.startsWith('smartkey_http_requests_aborted_total{service="gateway"'));
      await until(async () => (await aborted()) !== undefined);
      expect(await aborted()).toMatch(/method="POST",route="\/v1\/\*"\} [12]$/);
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(test.logged.slice(before)).toEqual([]);
    });
  });

  describe('a part that is down', () => {
    it('a service that is gone is 503 with Retry-After, the others go on, and the whole is not ready', async () => {
      const down = await sibling({});
      try {
        await down.services.stop('billing');
        const call = await down.call('GET', '/v1/invoices');
        refused(call, 503, 'temporarily-unavailable');
        expect(call.headers.get('retry-after')).toBe('1');
        expect((await down.call('GET', '/v1/contracts')).status).toBe(200);
        const ready = await down.call('GET', '/health/ready');
        expect(ready.status).toBe(503);
        expect(ready.body.checks).toMatchObject({ billing: 'unavailable', contract: 'ok', database: 'ok' });
        expect((await down.call('GET', '/health/live')).status).toBe(200);
      } finally {
        await down.close();
      }
    });
    it('a service that does not accept the internal token is 503: the caller is not to blame', async () => {
      test.services.behaviour = (_seen, reply) => reply.code(401).send({});
      refused(await test.call('GET', '/v1/contracts'), 503, 'temporarily-unavailable');
    });
    it('a service that does not answer in time is 503', async () => {
      const impatient = await sibling({ SMARTKEY_UPSTREAM_TIMEOUT: '500' });
      impatient.services.behaviour = () => new Promise(() => undefined);
      refused(await impatient.call('GET', '/v1/contracts'), 503, 'temporarily-unavailable');
      await impatient.close();
    });
  });

  describe('the edge', () => {
    it('shows its document and its page without a key and with nothing from elsewhere', async () => {
      const document = await test.call('GET', '/openapi.json', undefined, { key: null });
      expect(document.body.openapi).toMatch(/^3\./);
      const page = await test.call('GET', '/docs', undefined, { key: null });
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
      expect(assets).toHaveLength(3);
      for (const url of assets)
        expect((await test.call('GET', url, undefined, { key: null })).status).toBe(200);
      expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    });
    it('counts requests without naming anybody', async () => {
      await test.call('GET', '/v1/contracts/ctr_secret?externalId=taro');
      const { text } = await test.call('GET', '/metrics', undefined, { key: null });
      expect(text).toContain('smartkey_http_request_duration_seconds_bucket');
      expect(text).not.toMatch(/ctr_secret|taro/);
    });
    it('what is not there is 404, what is not a method of ours 405', async () => {
      refused(await test.call('GET', '/nothing'), 404, 'not-found');
      const options = await test.call('OPTIONS', '/v1/contracts');
      refused(options, 405, 'method-not-allowed');
      expect(options.headers.get('allow')).toBe('POST, GET, HEAD');
      refused(await test.call('OPTIONS', '/v1/nothing'), 404, 'not-found');
    });
  });
});

import { createServer, type IncomingHttpHeaders, request as ask, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onLoopback } from '@smartkey/servers';
import { TestGateway } from '../testing/gateway.fixture.ts';

const TOKEN = 'what the portal of these tests vouches with';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('the pages behind the gateway', () => {
  let portal: Server;
  let gateway: TestGateway;
  let origin: string;
  const seen: Seen[] = [];

  beforeAll(async () => {
    portal = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT']);
        response.setHeader('content-security-policy', "default-src 'self'");
        response.writeHead(url === '/portal/closed' ? 401 : 303, { location: '/portal/next' });
        response.end('gone on');
      });
    });
    gateway = await TestGateway.start({
      SMARTKEY_PORTAL_URL: await onLoopback(portal),
      SMARTKEY_VISITOR_TOKEN: TOKEN.replaceAll(' ', '-'),
    });
    origin = gateway.gateway.publicUrl;
  });
  afterAll(async () => {
    await gateway?.close();
    portal.close();
  });

  const call = (
    path: string,
    options: { method?: string; host?: string; body?: string; headers?: Record<string, string> } = {},
  ) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
      const { method = 'GET', host = new URL(origin).host, body, headers } = options;
      const sent = ask(gateway.gateway.url + path, { method, headers: { host, ...headers } }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += String(chunk)));
        answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });

  it('get cookies, forms and who asks, and their answers come back as they are', async () => {
    const answer = await call('/portal/contracts?status=applied', {
      method: 'POST',
      body: 'name=%E8%A6%8B%E6%9C%AC',
      headers: {
        cookie: 'smartkey_1=ses_x',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': '23',
        'smartkey-visitor-address': '198.51.100.9',
        'smartkey-visitor-token': 'forged',
      },
    });
    expect(answer).toMatchObject({ status: 303, body: 'gone on' });
    expect(answer.headers['set-cookie']).toEqual([
      'a=1; Path=/',
      'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    ]);
    expect(answer.headers['content-security-policy']).toBe("default-src 'self'");
    const { headers, ...rest } = seen.at(-1)!;
    expect(rest).toEqual({
      method: 'POST',
      url: '/portal/contracts?status=applied',
      body: 'name=%E8%A6%8B%E6%9C%AC',
    });
    expect(headers).toMatchObject({ cookie: 'smartkey_1=ses_x', 'smartkey-visitor-address': '127.0.0.1' });
    expect(headers['smartkey-visitor-token']).toBeUndefined();
  });

  it('keep their 401: it is no matter of the services’ token', async () => {
    expect((await call('/portal/closed')).status).toBe(401);
  });

  it('are served at the public URL alone; the loopback address leads there, other hosts are 421', async () => {
    const before = seen.length;
    const { port } = new URL(origin);
    expect(await call('/portal/contracts?a=b', { host: `127.0.0.1:${port}` })).toMatchObject({
      status: 302,
      headers: { location: `${origin}/portal/contracts?a=b` },
    });
    expect((await call('/portal/x', { host: `127.0.0.1:${port}`, method: 'POST', body: 'a=b' })).status).toBe(
      421,
    );
    expect((await call('/portal', { host: 'evil.example' })).status).toBe(421);
    expect(
      (await call('/portal', { host: 'evil.example', headers: { 'x-forwarded-host': new URL(origin).host } }))
        .status,
    ).toBe(421);
    expect(seen).toHaveLength(before);
  });

  it('leave the API as it is: it takes no cookie', async () => {
    const answer = await call('/v1/contracts', { headers: { cookie: 'smartkey_1=ses_x' } });
    expect(answer.status).toBe(401);
  });

  it('say so where they cannot be reached', async () => {
    await new Promise((resolve) => portal.close(resolve).closeAllConnections());
    expect(await call('/portal')).toMatchObject({
      status: 503,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: expect.stringContaining('ただいまご利用いただけません'),
    });
  });
});

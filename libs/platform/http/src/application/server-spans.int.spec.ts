import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@smartkey/testing';
import { Collector, type CollectedSpan } from '@smartkey/testing/end-to-end';
import { currentTraceparent } from '@smartkey/tracing';
import { startSdk, type RunningTracing } from '@smartkey/tracing/sdk';
import fastify from 'fastify';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { registerServerSpans } from './server-spans.ts';

const CALLER = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };
const traceparent = `00-${CALLER.trace}-${CALLER.span}-01`;

let collector: Collector;
let tracing: RunningTracing;
const app = fastify();
let url: string;
/** Where the handler and the hooks around it found themselves, in this order. */
let seen: (string | undefined)[] = [];

beforeAll(async () => {
  collector = await Collector.start();
  tracing = startSdk('test', collector.everySpanAtOnce, pino({ level: 'silent' }));
  registerServerSpans(app, 'sample');
  const look = (): void => void seen.push(currentTraceparent());
  app.addHook('onRequest', async () => look());
  app.addHook('onResponse', async () => look());
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  app.get('/v1/contracts/:id', async () => ({}));
  app.post('/v1/contracts', async (request) => {
    look();
    if (request.body instanceof Readable) await text(request.body);
    look();
    return {};
  });
  app.get('/v1/refusals/:kind', async ({ params }, reply) => {
    const { kind } = params as { kind: string };
    if (kind === 'invalid') return reply.code(422).send({});
    throw new Error(`nothing of ${kind}`);
  });
  for (const path of ['/health/live', '/internal/log']) app.get(path, async () => ({}));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await tracing.stop();
  await collector.close();
});
beforeEach(() => {
  seen = [];
  collector.bodies.length = 0;
});

async function spans(count: number): Promise<CollectedSpan[]> {
  await until(() => collector.spans.length >= count);
  return collector.spans;
}
const call = (method: string, path: string, more: RequestInit = {}) =>
  fetch(url + path, { method, ...more, headers: { traceparent, ...more.headers } });
const json = { 'content-type': 'application/json' };

describe('the span of a request', () => {
  it('is named after the route, with method and status, and is the child of the caller’s', async () => {
    expect((await call('GET', '/v1/contracts/ctr_1?q=hanako')).status).toBe(200);
    const [span] = await spans(1);
    expect(span).toMatchObject({
      name: 'GET /v1/contracts/:id',
      kind: 2,
      traceId: CALLER.trace,
      parentSpanId: CALLER.span,
    });
    expect(span!.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/v1/contracts/:id',
      'url.scheme': 'http',
      'http.response.status_code': 200,
    });
    expect(span!.resource).toMatchObject({ 'smartkey.service': 'sample' });
  });

  it.each([
    ['with a body', { headers: json, body: JSON.stringify({ code: '123456' }) }],
    ['with a stream', { headers: { 'content-type': 'text/csv' }, body: 'a\nb\n' }],
  ])('is around hooks, handler and the end of the answer, %s too', async (_what, more) => {
    expect((await call('POST', '/v1/contracts', more)).status).toBe(200);
    const [span] = await spans(1);
    const own = `00-${span!.traceId}-${span!.spanId}-01`;
    expect(seen).toEqual([own, own, own, own]);
  });

  it('of a refusal is none of a failure; of a failure it is, without its words', async () => {
    await call('GET', '/v1/refusals/invalid');
    await call('GET', '/v1/refusals/hanako');
    const [refused, broken] = await spans(2);
    expect([refused!.attributes['http.response.status_code'], refused!.status?.code ?? 0]).toEqual([422, 0]);
    expect([broken!.attributes['error.type'], broken!.status?.code]).toEqual(['500', 2]);
    expect(Buffer.concat(collector.bodies).toString()).not.toContain('hanako');
  });

  it('of an address that nobody serves does not tell the address', async () => {
    expect((await call('GET', '/v1/hanako')).status).toBe(404);
    const [span] = await spans(1);
    expect(span!.name).toBe('GET');
    expect(Buffer.concat(collector.bodies).toString()).not.toContain('hanako');
  });

  it('of a caller who leaves before the answer says so, and is none of a failure', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /v1/contracts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    );
    await until(() => seen.length > 0);
    socket.destroy();
    const [span] = await spans(1);
    expect([span!.attributes['error.type'], span!.status?.code ?? 0]).toEqual(['aborted', 0]);
  });

  it('without a trace that is one begins a trace', async () => {
    await call('GET', '/v1/contracts/ctr_1', { headers: { traceparent: 'hanako' } });
    const [span] = await spans(1);
    expect(span!.parentSpanId ?? '').toBe('');
  });

  it('is not made for probes, nor for a poll of the log by whoever has no trace', async () => {
    await call('GET', '/health/live');
    await fetch(`${url}/internal/log`);
    await call('GET', '/internal/log');
    const all = await spans(1);
    expect(all.map(({ name }) => name)).toEqual(['GET /internal/log']);
  });
});

it('a request that comes after tracing was stopped is served without', async () => {
  await tracing.stop();
  expect((await call('GET', '/v1/contracts/ctr_1')).status).toBe(200);
  expect(seen).toEqual([undefined, undefined]);
});

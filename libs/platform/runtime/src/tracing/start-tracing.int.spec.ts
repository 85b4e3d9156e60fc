import { until } from '@smartkey/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { currentTraceparent, inSpan } from '@smartkey/tracing';
import { Collector } from '@smartkey/testing/end-to-end';
import { freePort } from '@smartkey/servers';
import { pino, type Logger } from 'pino';
import type { Environment } from '@smartkey/configuration';
import { startTracing } from './start-tracing.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly lost?: number;
}

let lines: Line[] = [];
const log: Logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
const warnings = () => lines.filter(({ level }) => level >= 40);
const traced = (url: string, more: Environment = {}) =>
  startTracing('contract', { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '10', ...more }, log);
const work = (name = 'work') => inSpan(name, {}, async () => currentTraceparent());

let collector: Collector | undefined;
afterEach(async () => {
  lines = [];
  await collector?.close();
  collector = undefined;
});

describe('a process that is traced', () => {
  it('sends what is left when it stops, and traces no more', async () => {
    collector = await Collector.start();
    const tracing = await traced(collector.url, { OTEL_BSP_SCHEDULE_DELAY: '600000' });
    await work();
    expect(collector.spans).toEqual([]);
    await tracing.stop();
    expect(collector.spans.map(({ name }) => name)).toEqual(['work']);
    expect(await work()).toBeUndefined();
  });

  it('is traced once: who asks again gets nothing that could stop it', async () => {
    collector = await Collector.start();
    const tracing = await traced(collector.url);
    await (await traced('http://127.0.0.1:1')).stop();
    await work();
    await tracing.stop();
    expect(collector.spans).toHaveLength(1);
  });

  it.each([
    ['smartkey-contract', {}],
    ['acme', { OTEL_SERVICE_NAME: 'acme' }],
  ])('is called %s, and the service is told apart in any case', async (name, env) => {
    collector = await Collector.start();
    const tracing = await traced(collector.url, env);
    await inSpan('own', {}, async () => undefined);
    await inSpan('of another', { service: 'billing' }, async () => undefined);
    await tracing.stop();
    const [own, other] = collector.spans;
    expect(own!.resource).toMatchObject({ 'service.name': name, 'smartkey.service': 'contract' });
    expect(other!.resource['smartkey.service']).toBe('billing');
  });
});

describe('sampling', () => {
  it('by a ratio of 0 sends nothing, and what is passed on says that it was not sampled', async () => {
    collector = await Collector.start();
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
    const tracing = await traced(collector.url, env);
    expect(await work()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    await tracing.stop();
    expect(collector.bodies).toEqual([]);
  });

  it('by a ratio takes whole traces', async () => {
    collector = await Collector.start();
    const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
    const tracing = await traced(collector.url, env);
    for (let n = 0; n < 200; n += 1) await inSpan('outer', {}, () => work('inner'));
    await tracing.stop();
    const traces = new Map<string, number>();
    for (const { traceId } of collector.spans) traces.set(traceId, (traces.get(traceId) ?? 0) + 1);
    // Neither none nor all of 200 at even chance: 2^-199.
    expect(traces.size).toBeGreaterThan(0);
    expect(traces.size).toBeLessThan(200);
    expect(new Set(traces.values())).toEqual(new Set([2]));
  });
});

describe('a collector that is down', () => {
  it('costs the work nothing but its spans, one warning, and no memory beyond the queue', async () => {
    const tracing = await traced(`http://127.0.0.1:${await freePort()}`, {
      OTEL_EXPORTER_OTLP_TIMEOUT: '20',
      OTEL_BSP_MAX_QUEUE_SIZE: '64',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8',
    });
    for (let n = 0; n < 1_000; n += 1) expect(await work()).toBeDefined();
    await until(() => warnings().length > 0);
    for (let n = 0; n < 100; n += 1) await work();
    await tracing.stop();
    expect(warnings().map(({ msg }) => msg)).toEqual([
      'the trace collector takes nothing: spans are lost until it does',
    ]);
  });

  it('that comes back is told once too, with what was lost', async () => {
    collector = await Collector.start(400);
    const tracing = await traced(collector.url);
    await work();
    await until(() => warnings().length > 0);
    collector.status = 200;
    await work();
    await until(() => lines.some(({ lost }) => lost === 1));
    await work();
    await tracing.stop();
    expect(warnings()).toHaveLength(1);
    expect(lines.filter(({ lost }) => lost !== undefined)).toHaveLength(1);
  });

  it('or takes what it is sent and says nothing does not keep a process from its end', async () => {
    collector = await Collector.start(0);
    const tracing = await traced(collector.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '5000' });
    await work();
    await tracing.stop();
    expect(collector.bodies).toHaveLength(1);
    expect(warnings().map(({ msg }) => msg)).toEqual(['the last spans were not sent within 3000 ms']);
    // Nothing of it is left for another test.
    await until(() => warnings().length === 2);
  });
});

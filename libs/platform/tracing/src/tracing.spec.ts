import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import {
  carryingTrace,
  continuing,
  currentTraceparent,
  inProcessSpan,
  inSpan,
  keepSpan,
  linksTo,
  MOST_LINKS,
  outsideOfSpans,
  traceLogFields,
  tracingIsOn,
} from './index.ts';
import { switchTracing } from './switch.ts';

const REMOTE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('while tracing is off', () => {
  it('work is done, and nothing else', async () => {
    expect(tracingIsOn()).toBe(false);
    expect(await inSpan('work', {}, async (span) => span.isRecording())).toBe(false);
    expect(continuing({ traceparent: REMOTE }, () => currentTraceparent())).toBeUndefined();
    expect(traceLogFields()).toEqual({});
  });

  it('what carries a trace is left as it is, the very same object', () => {
    const headers = { traceparent: REMOTE };
    expect(carryingTrace(headers)).toBe(headers);
  });
});

describe('while tracing is on', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const named = (name: string) => exporter.getFinishedSpans().find((span) => span.name === name);

  beforeAll(() => {
    provider.register({ propagator: null });
    switchTracing((service) => provider.getTracer(service ?? 'the program'));
  });
  afterEach(() => exporter.reset());
  afterAll(async () => {
    switchTracing(undefined);
    await provider.shutdown();
  });

  it('a span within a span is its child, and of its service', async () => {
    await inSpan('outer', { service: 'contract' }, () => inSpan('inner', {}, async () => undefined));
    expect(named('inner')!.parentSpanContext!.spanId).toBe(named('outer')!.spanContext().spanId);
    expect(named('inner')!.instrumentationScope.name).toBe('contract');
  });

  it('a root begins a trace of its own', async () => {
    await inSpan('outer', { service: 'billing' }, () => inSpan('own', { root: true }, async () => undefined));
    expect(named('own')!.parentSpanContext).toBeUndefined();
    expect(named('own')!.instrumentationScope.name).toBe('billing');
  });

  it('a failure is passed on, and only its name is told', async () => {
    class NotFound extends TypeError {
      override readonly name = 'NotFound';
    }
    const work = inSpan('work', {}, () => Promise.reject(new NotFound('no hanako@example.jp')));
    await expect(work).rejects.toThrow('no hanako@example.jp');
    const { status, attributes, events } = named('work')!;
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
    expect(attributes).toEqual({ 'error.type': 'NotFound' });
    expect(events).toEqual([]);
  });

  describe('a quiet span', () => {
    const quietly = (work: () => Promise<unknown>) => inSpan('round', { quiet: true }, work);

    it('of a round that did nothing is not told', async () => {
      await quietly(async () => inSpan('look', { quiet: true }, async () => undefined));
      expect(exporter.getFinishedSpans()).toEqual([]);
    });

    it('within which another ran is told, also through a quiet one between', async () => {
      await quietly(() => inSpan('due', { quiet: true }, () => inSpan('command', {}, async () => undefined)));
      expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['command', 'due', 'round']);
    });

    it('is told where its work says so', async () => {
      await quietly(async () => keepSpan());
      expect(named('round')).toBeDefined();
    });

    it('is told where it fails, with what is around it', async () => {
      const failing = () => inSpan('due', { quiet: true }, () => Promise.reject(new Error('no')));
      await quietly(() => failing().catch(() => undefined));
      expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['due', 'round']);
    });

    it('is not told for what began a trace of its own within it', async () => {
      await quietly(() => inSpan('own', { root: true }, async () => undefined));
      expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['own']);
    });
  });

  it('work that continues a cause is of its trace, and what has no cause stays where it is', async () => {
    await inSpan('batch', {}, async () => {
      await continuing({ traceparent: REMOTE }, () => inSpan('caused', {}, async () => undefined));
      await continuing({ traceparent: 'none' }, () => inSpan('uncaused', {}, async () => undefined));
    });
    expect(named('caused')!.parentSpanContext!.spanId).toBe('00f067aa0ba902b7');
    expect(named('uncaused')!.parentSpanContext!.spanId).toBe(named('batch')!.spanContext().spanId);
  });

  it('what carries a trace carries the span that runs, whatever it carried before', async () => {
    const carried = await inSpan('work', {}, async () => carryingTrace({ traceparent: REMOTE, other: 1 }));
    const { traceId, spanId } = named('work')!.spanContext();
    expect(carried).toEqual({ traceparent: `00-${traceId}-${spanId}-01`, other: 1 });
  });

  it('what outlives a span is not of it', async () => {
    const seen = await inSpan('request', {}, async () => outsideOfSpans(() => currentTraceparent()));
    expect(seen).toBeUndefined();
  });

  it('a batch names each trace of its messages once, and of many the first', async () => {
    const other = (n: number) => `00-${String(n).padStart(32, '1')}-00f067aa0ba902b7-01`;
    const few = [{ traceparent: REMOTE }, {}, { traceparent: REMOTE }, { traceparent: 'none' }];
    expect(linksTo(few).map((link) => link.context.spanId)).toEqual(['00f067aa0ba902b7']);
    const many = Array.from({ length: 3 * MOST_LINKS }, (_, n) => ({ traceparent: other(n) }));
    expect(linksTo(many)).toHaveLength(MOST_LINKS);
    const batch = { service: 'billing', source: 'contract', partition: 3, group: 'billing.ledger.v1' };
    await inProcessSpan({ ...batch, messages: many }, async () => undefined);
    expect(named('process contract')!.attributes).toMatchObject({ 'messaging.batch.message_count': 96 });
    expect(named('process contract')!.links).toHaveLength(MOST_LINKS);
  });
});

import { randomUUID } from 'node:crypto';
import { context, trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';
import { ended, withinMillis } from '@smartkey/lifecycle';
import { switchTracing } from '../switch.ts';
import type { TracingSettings } from '../tracing-settings.ts';
import { samplerOf } from './sampler.ts';
import { TellingExporter } from './telling-exporter.ts';

type ExporterOptions = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;

/** So long may the last spans take to be sent: an end must not wait for a collector. */
const FLUSH_MILLIS = 3_000;

export interface RunningTracing {
  /** Sends what is left, within 3 seconds, and traces no more. */
  stop(): Promise<void>;
}

/**
 * Starts to trace this process. Spans are queued and sent behind the work; where the queue is full they are dropped.
 * @param program names the process where a span is no service's.
 */
export function startSdk(program: string, settings: TracingSettings, log: Logger): RunningTracing {
  const { url, headers, timeoutMillis, compression, queue } = settings;
  const exporter = new OTLPTraceExporter({
    url,
    headers: { ...headers },
    timeoutMillis,
    compression: compression as NonNullable<ExporterOptions['compression']>,
  });
  const processor = new BatchSpanProcessor(new TellingExporter(exporter, log), {
    maxQueueSize: queue.most,
    maxExportBatchSize: queue.batch,
    scheduledDelayMillis: queue.delayMillis,
    exportTimeoutMillis: timeoutMillis + 1_000,
  });
  const providers = new Providers(settings, processor);
  // Only for the context that follows promises; the program's own headers are read and written by this package.
  providers.of(program).register({ propagator: null });
  switchTracing((service = program) => providers.tracerOf(service));
  return {
    stop: async () => {
      switchTracing(undefined);
      // Where it fails, the exporter has said so.
      const flushed = ended(processor.shutdown());
      await withinMillis(flushed, FLUSH_MILLIS, 'sending the last spans').catch((error: unknown) =>
        log.warn({ err: error }, `the last spans were not sent within ${FLUSH_MILLIS} ms`),
      );
      trace.disable();
      context.disable();
    },
  };
}

/** One provider a service, all with one queue: so `service.name` tells the services of one process apart. */
class Providers {
  readonly #instance = randomUUID();
  readonly #providers = new Map<string, NodeTracerProvider>();
  readonly #tracers = new Map<string, Tracer>();

  constructor(
    private readonly settings: TracingSettings,
    private readonly processor: SpanProcessor,
  ) {}

  tracerOf(service: string): Tracer {
    let tracer = this.#tracers.get(service);
    if (tracer === undefined)
      this.#tracers.set(service, (tracer = this.of(service).getTracer('@smartkey/tracing')));
    return tracer;
  }

  of(service: string): NodeTracerProvider {
    let provider = this.#providers.get(service);
    if (provider === undefined) this.#providers.set(service, (provider = this.#make(service)));
    return provider;
  }

  #make(service: string): NodeTracerProvider {
    const { serviceName, attributes, sampler, ratio } = this.settings;
    return new NodeTracerProvider({
      resource: resourceFromAttributes({
        'service.namespace': 'smartkey',
        'service.instance.id': this.#instance,
        ...attributes,
        'service.name': serviceName ?? `smartkey-${service}`,
        'smartkey.service': service,
      }),
      sampler: samplerOf(sampler, ratio),
      spanProcessors: [this.processor],
    });
  }
}

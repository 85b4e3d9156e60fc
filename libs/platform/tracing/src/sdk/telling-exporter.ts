import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';

type Done = Parameters<SpanExporter['export']>[1];

const SUCCESS = 0;

/** Says once that the collector cannot be reached, and once that it can again: never a line for each span or try. */
export class TellingExporter implements SpanExporter {
  #lost = 0;

  constructor(
    private readonly inner: SpanExporter,
    private readonly log: Logger,
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.inner.export(spans, (result) => {
      if (result.code === SUCCESS) this.#arrived();
      else this.#failed(spans.length, result.error);
      done(result);
    });
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }

  #failed(spans: number, error: (Error & { readonly code?: unknown }) | undefined): void {
    if (this.#lost === 0)
      this.log.warn(
        // Not the error itself: it may quote the request.
        { reason: error?.message || error?.code },
        'the trace collector takes nothing: spans are lost until it does',
      );
    this.#lost += spans;
  }

  #arrived(): void {
    if (this.#lost > 0) this.log.info({ lost: this.#lost }, 'the trace collector takes spans again');
    this.#lost = 0;
  }
}

import { context, trace } from '@opentelemetry/api';
import { tracing } from './switch.ts';
import { spanContextOf, traceparentOf } from './traceparent.ts';

/** What has a place for a W3C trace context: headers, the metadata of an event. */
export interface CarriesTrace {
  readonly traceparent?: string | undefined;
}

/** The `traceparent` of the span that runs here; `undefined` where tracing is off or nothing is traced. */
export function currentTraceparent(): string | undefined {
  if (tracing() === undefined) return undefined;
  const span = trace.getActiveSpan();
  return span === undefined ? undefined : traceparentOf(span.spanContext());
}

/** The same with the span that runs here as its `traceparent`; untouched, with what it had, where there is none. */
export function carryingTrace<T extends CarriesTrace>(carrier: T): T {
  const traceparent = currentTraceparent();
  return traceparent === undefined ? carrier : { ...carrier, traceparent };
}

/** Does work as part of the trace that caused it; as part of what runs here where no trace is named. */
export function continuing<T>({ traceparent }: CarriesTrace, work: () => T): T {
  const cause = tracing() === undefined || traceparent === undefined ? undefined : spanContextOf(traceparent);
  return cause === undefined ? work() : context.with(trace.setSpanContext(context.active(), cause), work);
}

/** For the lines of a log, by the names that OpenTelemetry gives them; empty where nothing is traced. */
export function traceLogFields(): { readonly trace_id?: string; readonly span_id?: string } {
  if (tracing() === undefined) return {};
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { startSpan, type SpanSettings } from './spans.ts';
import { spanContextOf } from './traceparent.ts';

export interface ServerRequest {
  readonly service: string;
  readonly method: string;
  /** The route's template, `/v1/contracts/:id`; never the address itself, which may name somebody. */
  readonly route: string | undefined;
  readonly traceparent: string | undefined;
}

/** A span for a request that came in, of the caller's trace where it names one. Only where tracing is on. */
export function startServerSpan(request: ServerRequest): { readonly span: Span; readonly within: Context } {
  const { service, method, route, traceparent } = request;
  const caller = traceparent === undefined ? undefined : spanContextOf(traceparent);
  const around = context.active();
  return startSpan(
    route === undefined ? method : `${method} ${route}`,
    {
      service,
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': method,
        'url.scheme': 'http',
        ...(route === undefined ? {} : { 'http.route': route }),
      },
    },
    caller === undefined ? trace.deleteSpan(around) : trace.setSpanContext(around, caller),
  );
}

/** Where a request's work runs. */
export type TraceContext = Context;

/** Does work as part of a trace that began elsewhere: for callbacks, which do not follow promises. */
export const runInContext = (within: TraceContext, work: () => void): void => context.with(within, work);

/** Ends the span of a request. @param status none where the caller left before the answer, which is no failure of ours. */
export function endServerSpan(span: Span, status: number | undefined): void {
  if (status === undefined) span.setAttribute('error.type', 'aborted');
  else answered(span, status, 500);
  span.end();
}

/** Of a call to another service. The address stays out: it may hold what a caller wrote. */
export const clientSpan = (method: string, peer: string): SpanSettings => ({
  kind: SpanKind.CLIENT,
  attributes: { 'http.request.method': method, 'peer.service': `smartkey-${peer}` },
});

/** What a call was answered. A client takes every refusal for an error, a server only its own failures. */
export function answered(span: Span, status: number, failsFrom: 400 | 500 = 400): void {
  span.setAttribute('http.response.status_code', status);
  if (status < failsFrom) return;
  span.setAttribute('error.type', String(status));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

import {
  context,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
} from '@opentelemetry/api';
import { tracing } from './switch.ts';

export interface SpanSettings {
  readonly kind?: SpanKind;
  /** Never a secret, a code, a key, an external id, a name, a query or a body: ids of our own are fine. */
  readonly attributes?: Attributes;
  readonly links?: readonly Link[];
  /** The service that does it, and all that is done within; default: that of the span around it. */
  readonly service?: string;
  /** Begins a trace of its own, whatever runs around it. */
  readonly root?: boolean;
  /**
   * For what is done again and again, mostly for nothing: the span is told only where another span ran within it,
   * `keepSpan` was called, or it failed.
   */
  readonly quiet?: boolean;
}

/** Whether a quiet span has come to anything. */
interface Quiet {
  kept: boolean;
}

const SERVICE = createContextKey('smartkey service');
const QUIET = createContextKey('smartkey quiet span');
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

const quietOf = (within: Context): Quiet | undefined => within.getValue(QUIET) as Quiet | undefined;

/** The context that a span of these settings begins in. */
function beginning({ service, root }: SpanSettings, around: Context): Context {
  let begins = around;
  if (root === true) begins = trace.deleteSpan(begins).deleteValue(QUIET);
  return service === undefined ? begins : begins.setValue(SERVICE, service);
}

/** A span that whoever starts it ends, and the context in which work is part of it. Only where tracing is on. */
export function startSpan(
  name: string,
  settings: SpanSettings,
  around: Context = context.active(),
): { readonly span: Span; readonly within: Context } {
  const begins = beginning(settings, around);
  const { kind, attributes, links } = settings;
  const span = tracing()!(begins.getValue(SERVICE) as string | undefined).startSpan(
    name,
    {
      ...(kind === undefined ? {} : { kind }),
      ...(attributes === undefined ? {} : { attributes }),
      ...(links === undefined ? {} : { links: [...links] }),
    },
    begins,
  );
  return { span, within: trace.setSpan(begins, span) };
}

/**
 * Does work as a span: current within it, ended when its promise settles, an error where it fails. Of an error only its name
 * is told, for messages may speak of people.
 * @param work is given the span; one that records nothing where tracing is off.
 */
export function inSpan<T>(
  name: string,
  settings: SpanSettings,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracing() === undefined ? work(NO_SPAN) : traced(name, settings, work);
}

async function traced<T>(name: string, settings: SpanSettings, work: (span: Span) => Promise<T>): Promise<T> {
  const around = settings.root === true ? undefined : quietOf(context.active());
  const { span, within } = startSpan(name, settings);
  const quiet: Quiet | undefined = settings.quiet === true ? { kept: false } : undefined;
  const keep = (): void => {
    if (around !== undefined) around.kept = true;
  };
  if (quiet === undefined) keep();
  try {
    const inner = quiet === undefined ? within : within.setValue(QUIET, quiet);
    const result = await context.with(inner, () => work(span));
    // A span that is never ended is never told.
    if (quiet?.kept !== false) end();
    return result;
  } catch (error) {
    failed(span, error);
    end();
    throw error;
  }

  function end(): void {
    keep();
    span.end();
  }
}

/** The quiet span that runs here has come to something. */
export function keepSpan(): void {
  if (tracing() === undefined) return;
  const quiet = quietOf(context.active());
  if (quiet !== undefined) quiet.kept = true;
}

/** Marks a span as failed, by the name of the error. */
function failed(span: Span, error: unknown): void {
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Runs what outlives the request or span that caused it, loops above all, as part of none. */
export function outsideOfSpans<T>(work: () => T): T {
  if (tracing() === undefined) return work();
  return context.with(beginning({ root: true }, context.active()), work);
}

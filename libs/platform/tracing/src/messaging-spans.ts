import { context, createContextKey, SpanKind, type Link } from '@opentelemetry/api';
import type { CarriesTrace } from './carried.ts';
import type { SpanSettings } from './spans.ts';
import { tracing } from './switch.ts';
import { spanContextOf } from './traceparent.ts';

/** Of a batch of thousands so many traces are named: a span is no index of them. */
export const MOST_LINKS = 32;

const NOTHING: SpanSettings = {};
const SYSTEM = createContextKey('smartkey messaging system');

/** Links to the traces of messages, each once, the first `MOST_LINKS` of them. */
export function linksTo(messages: readonly CarriesTrace[]): readonly Link[] {
  const links = new Map<string, Link>();
  for (const { traceparent } of messages) {
    if (links.size === MOST_LINKS) break;
    if (traceparent === undefined || links.has(traceparent)) continue;
    const named = spanContextOf(traceparent);
    if (named !== undefined) links.set(traceparent, { context: named });
  }
  return [...links.values()];
}

/** Of a batch on its way to a topic. */
export function publishing(batch: {
  readonly service: string;
  readonly topic: string;
  readonly messages: readonly CarriesTrace[];
}): SpanSettings {
  if (tracing() === undefined) return NOTHING;
  const { service, topic, messages } = batch;
  return {
    service,
    root: true,
    kind: SpanKind.PRODUCER,
    links: linksTo(messages),
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'publish',
      'messaging.destination.name': topic,
      'messaging.batch.message_count': messages.length,
    },
  };
}

/** Of a batch that was delivered: a trace of its own, for it has many causes. */
export function processing(batch: {
  readonly service: string;
  readonly source: string;
  readonly partition: number;
  readonly group: string;
  readonly messages: readonly CarriesTrace[];
}): SpanSettings {
  if (tracing() === undefined) return NOTHING;
  const { service, source, partition, group, messages } = batch;
  return {
    service,
    root: true,
    kind: SpanKind.CONSUMER,
    links: linksTo(messages),
    attributes: {
      'messaging.system': (context.active().getValue(SYSTEM) as string | undefined) ?? 'smartkey_log',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      'messaging.destination.name': source,
      'messaging.destination.partition.id': String(partition),
      'messaging.consumer.group.name': group,
      'messaging.batch.message_count': messages.length,
    },
  };
}

/** Hands over what a broker delivered, so that the spans of it name the broker and not our own logs. */
export function deliveredBy<T>(system: string, hand: () => T): T {
  return tracing() === undefined ? hand() : context.with(context.active().setValue(SYSTEM, system), hand);
}

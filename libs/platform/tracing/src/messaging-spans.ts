import { context, createContextKey, SpanKind, type Link } from '@opentelemetry/api';
import type { CarriesTrace } from './carried.ts';
import { inSpan } from './spans.ts';
import { tracing } from './switch.ts';
import { spanContextOf } from './traceparent.ts';

/** Of a batch of thousands so many traces are named: a span is no index of them. */
export const MOST_LINKS = 32;

export interface Broker {
  readonly system: string;
  /** The topic. */
  readonly destination: string;
}

const BROKER = createContextKey('smartkey broker');

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

/** Sends a batch to a topic as a span that links to what caused its messages. */
export function inPublishSpan<T>(
  batch: {
    readonly service: string;
    readonly topic: string;
    readonly messages: readonly CarriesTrace[];
  },
  send: () => Promise<T>,
): Promise<T> {
  if (tracing() === undefined) return send();
  const { service, topic, messages } = batch;
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.operation.name': 'publish',
    'messaging.destination.name': topic,
    'messaging.batch.message_count': messages.length,
  };
  const settings = { service, root: true, kind: SpanKind.PRODUCER, links: linksTo(messages), attributes };
  return inSpan(`publish ${topic}`, settings, send);
}

/** Takes in a batch that was delivered: a trace of its own, for it has many causes, with links to them. */
export function inProcessSpan<T>(
  batch: {
    /** Who takes it in. */
    readonly service: string;
    readonly source: string;
    readonly partition: number;
    readonly group: string;
    readonly messages: readonly CarriesTrace[];
  },
  take: () => Promise<T>,
): Promise<T> {
  if (tracing() === undefined) return take();
  const { service, source, partition, group, messages } = batch;
  const { system, destination } = (context.active().getValue(BROKER) as Broker | undefined) ?? {
    system: 'smartkey_log',
    destination: source,
  };
  const attributes = {
    'messaging.system': system,
    'messaging.operation.type': 'process',
    'messaging.operation.name': 'process',
    'messaging.destination.name': destination,
    'messaging.destination.partition.id': String(partition),
    'messaging.consumer.group.name': group,
    'messaging.batch.message_count': messages.length,
  };
  const settings = { service, root: true, kind: SpanKind.CONSUMER, links: linksTo(messages), attributes };
  return inSpan(`process ${destination}`, settings, take);
}

/** Hands over what a broker delivered, so that the spans of it name the broker and its topic, and not our own logs. */
export function deliveredBy<T>(broker: Broker, hand: () => T): T {
  return tracing() === undefined ? hand() : context.with(context.active().setValue(BROKER, broker), hand);
}

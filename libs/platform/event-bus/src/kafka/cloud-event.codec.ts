import type { IHeaders } from 'kafkajs';
import type { Message, ServiceName, Watermark } from '../event-bus.port.ts';
import { partitionOf } from '../partitioning.ts';

/** What lies on a topic: an event of the source, or its promise. */
export type TopicRecord =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'watermark'; readonly source: ServiceName; readonly watermark: Watermark };

export interface EncodedRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

/** A record that is none of ours, or not readable. */
export class UndecodableRecordError extends Error {
  override readonly name = 'UndecodableRecordError';
}

const WATERMARK = 'Watermark';
const JSON_TYPE = 'application/json';
const typeName = (source: string, type: string, version: number): string =>
  `smartkey.${source}.${type}.v${version}`;

/** CloudEvents 1.0, Kafka protocol binding, binary content mode: attributes in headers, data in the value. */
export function encodeMessage(message: Message): EncodedRecord {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: message.id,
    ce_source: `/smartkey/${message.source}`,
    ce_type: typeName(message.source, message.type, message.version),
    ce_time: message.occurredAt,
    ce_subject: message.stream,
    ce_recordedtime: message.recordedAt,
    ce_revision: String(message.revision),
    ce_position: String(message.position),
    ce_previous: String(message.previous),
    'content-type': JSON_TYPE,
  };
  if (message.contract !== undefined) headers['ce_contract'] = message.contract;
  if (message.traceparent !== undefined) headers['traceparent'] = message.traceparent;
  return { key: message.stream, value: JSON.stringify(message.data), headers };
}

export function encodeWatermark(source: ServiceName, partition: number, watermark: Watermark): EncodedRecord {
  return {
    key: 'watermark',
    value: JSON.stringify({ instant: watermark.instant }),
    headers: {
      ce_specversion: '1.0',
      ce_id: `${watermark.instant}/${partition}`,
      ce_source: `/smartkey/${source}`,
      ce_type: typeName(source, WATERMARK, 1),
      ce_time: watermark.instant,
      ce_subject: 'watermark',
      ce_position: String(watermark.position),
      'content-type': JSON_TYPE,
    },
  };
}

/** Where a record lies: whose topic, and which of how many partitions. */
export interface Place {
  readonly source: ServiceName;
  readonly partition: number;
  readonly of: number;
}

interface EventType {
  readonly source: ServiceName;
  readonly type: string;
  readonly version: number;
}

/** Of the types that were read before: they are few, and their records many. */
const knownTypes = new Map<string, EventType>();
const MOST_TYPES = 1_000;

function eventType(text: string): EventType {
  const known = knownTypes.get(text);
  if (known !== undefined) return known;
  const parts = /^smartkey\.([a-z-]+)\.([A-Za-z]+)\.v(\d+)$/.exec(text);
  if (parts === null) throw new UndecodableRecordError('a record that is no event of ours');
  const type = { source: parts[1] as ServiceName, type: parts[2]!, version: Number(parts[3]) };
  if (knownTypes.size < MOST_TYPES) knownTypes.set(text, type);
  return type;
}

/** @throws UndecodableRecordError for what this program cannot read, and for what does not belong where it lies. */
export function decodeRecord(
  record: { readonly value: Buffer | null; readonly headers?: IHeaders | undefined },
  place: Place,
): TopicRecord {
  const headers = record.headers ?? {};
  if (header(headers, 'ce_specversion') !== '1.0')
    throw new UndecodableRecordError(`CloudEvents ${header(headers, 'ce_specversion')}, not 1.0`);
  const contentType = header(headers, 'content-type');
  if (contentType !== JSON_TYPE && !/^application\/json\s*(;|$)/i.test(contentType))
    throw new UndecodableRecordError(`a value that is ${contentType}, not application/json`);
  const { source, type, version } = eventType(header(headers, 'ce_type'));
  if (record.value === null) throw new UndecodableRecordError('a record that is no event of ours');
  if (source !== place.source)
    throw new UndecodableRecordError(`an event of ${source} on the topic of ${place.source}`);
  const position = integer(header(headers, 'ce_position'));
  const occurredAt = instant(header(headers, 'ce_time'));
  if (type === WATERMARK) return { kind: 'watermark', source, watermark: { instant: occurredAt, position } };
  const stream = header(headers, 'ce_subject');
  if (partitionOf(stream, place.of) !== place.partition)
    throw new UndecodableRecordError(`an event of ${stream} on another partition than that stream's`);
  const contract = optional(headers, 'ce_contract');
  const traceparent = optional(headers, 'traceparent');
  return {
    kind: 'message',
    message: {
      id: header(headers, 'ce_id'),
      source,
      type,
      version,
      stream,
      revision: Number(integer(header(headers, 'ce_revision'))),
      position,
      previous: integer(header(headers, 'ce_previous')),
      occurredAt,
      recordedAt: instant(header(headers, 'ce_recordedtime')),
      ...(contract === undefined ? {} : { contract }),
      ...(traceparent === undefined ? {} : { traceparent }),
      data: json(record.value),
    },
  };
}

function header(headers: IHeaders, name: string): string {
  const value = headers[name];
  if (value === undefined || Array.isArray(value))
    throw new UndecodableRecordError(`a record without ${name}`);
  return String(value);
}

const optional = (headers: IHeaders, name: string): string | undefined =>
  headers[name] === undefined ? undefined : header(headers, name);

function integer(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new UndecodableRecordError(`${text} is no position`);
  return BigInt(text);
}

function instant(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text))
    throw new UndecodableRecordError(`${text} is no instant`);
  return text;
}

function json(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new UndecodableRecordError('a record whose value is no JSON', { cause });
  }
}

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
    'content-type': 'application/json',
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
      'content-type': 'application/json',
    },
  };
}

/** Where a record lies: whose topic, and which of how many partitions. */
export interface Place {
  readonly source: ServiceName;
  readonly partition: number;
  readonly of: number;
}

/** @throws UndecodableRecordError for what this program cannot read, and for what does not belong where it lies. */
export function decodeRecord(
  record: { readonly value: Buffer | null; readonly headers?: IHeaders | undefined },
  place: Place,
): TopicRecord {
  const header = (name: string): string => {
    const value = record.headers?.[name];
    if (value === undefined || Array.isArray(value))
      throw new UndecodableRecordError(`a record without ${name}`);
    return String(value);
  };
  const optional = (name: string): string | undefined =>
    record.headers?.[name] === undefined ? undefined : header(name);
  if (header('ce_specversion') !== '1.0')
    throw new UndecodableRecordError(`CloudEvents ${header('ce_specversion')}, not 1.0`);
  if (!/^application\/json\s*(;|$)/i.test(header('content-type')))
    throw new UndecodableRecordError(`a value that is ${header('content-type')}, not application/json`);
  const type = /^smartkey\.([a-z-]+)\.([A-Za-z]+)\.v(\d+)$/.exec(header('ce_type'));
  if (type === null || record.value === null)
    throw new UndecodableRecordError('a record that is no event of ours');
  const source = type[1] as ServiceName;
  if (source !== place.source)
    throw new UndecodableRecordError(`an event of ${source} on the topic of ${place.source}`);
  const position = integer(header('ce_position'));
  if (type[2] === WATERMARK)
    return { kind: 'watermark', source, watermark: { instant: instant(header('ce_time')), position } };
  const stream = header('ce_subject');
  if (partitionOf(stream, place.of) !== place.partition)
    throw new UndecodableRecordError(`an event of ${stream} on another partition than that stream's`);
  const contract = optional('ce_contract');
  const traceparent = optional('traceparent');
  return {
    kind: 'message',
    message: {
      id: header('ce_id'),
      source,
      type: type[2]!,
      version: Number(type[3]),
      stream,
      revision: Number(integer(header('ce_revision'))),
      position,
      previous: integer(header('ce_previous')),
      occurredAt: instant(header('ce_time')),
      recordedAt: instant(header('ce_recordedtime')),
      ...(contract === undefined ? {} : { contract }),
      ...(traceparent === undefined ? {} : { traceparent }),
      data: json(record.value),
    },
  };
}

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

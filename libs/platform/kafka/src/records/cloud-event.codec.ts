import { isInstant, isOwnId, type ContractId, type Instant } from '@smartkey/kernel';
import type { IHeaders } from 'kafkajs';
import { type Message, partitionOf, type ServiceName, type Watermark } from '@smartkey/event-bus';
import { type Incarnation, oldHeadToJson } from '@smartkey/event-store';
import { LOG_RESTORED_VERSION, type LogRestored } from '@smartkey/messages';
import { ForeignSystemError } from './foreign-system-error.ts';
import { ReceivedRecord } from './received-record.ts';
import { bytesOfHeaders, RecordHeaders } from './record-headers.ts';
import { UndecodableRecordError } from './undecodable-record-error.ts';

/** What lies on a topic: an event of the source, its promise, or that its log goes on after a loss. */
export type TopicRecord =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'watermark'; readonly source: ServiceName; readonly watermark: Watermark }
  | { readonly kind: 'restored'; readonly source: ServiceName; readonly incarnation: number };

export interface EncodedRecord {
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string>;
}

const WATERMARK = 'Watermark';
const RESTORED = 'LogRestored';
const RESTORED_KEY = 'log-restored';
const typeName = (source: string, type: string, version: number): string =>
  `smartkey.${source}.${type}.v${version}`;

/**
 * CloudEvents 1.0, Kafka protocol binding, binary content mode: attributes in headers, data in the value.
 * @param system which installation publishes it; missing: nobody is told.
 */
export function encodeMessage(message: Message, system?: string): EncodedRecord {
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
  if (system !== undefined) headers['ce_system'] = system;
  if (message.hash !== undefined) headers['ce_hash'] = message.hash;
  // Most logs never begin anew: without the header it is the first.
  if ((message.incarnation ?? 1) > 1) headers['ce_incarnation'] = String(message.incarnation);
  if (message.contract !== undefined) headers['ce_contract'] = message.contract;
  if (message.traceparent !== undefined) headers['traceparent'] = message.traceparent;
  return { key: message.stream, value: JSON.stringify(message.data), headers };
}

export function encodeWatermark(
  source: ServiceName,
  partition: number,
  watermark: Watermark,
  system?: string,
): EncodedRecord {
  const { incarnation = 1 } = watermark;
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
      ...(system !== undefined && { ce_system: system }),
      ...(incarnation > 1 && { ce_incarnation: String(incarnation) }),
    },
  };
}

/**
 * Says on a partition that a log goes on after a loss.
 * @param position of the last message before it on the partition.
 */
export function encodeRestored(
  source: ServiceName,
  partition: number,
  position: bigint,
  { number, id, keptPosition, oldHead, begunAt, actors = [null, null] }: Incarnation,
  system?: string,
): EncodedRecord {
  const [proposed, confirmed] = actors;
  const restored: LogRestored = {
    incarnation: number,
    incarnationId: id,
    keptPosition: String(keptPosition),
    oldHead: oldHeadToJson(oldHead),
    by: { proposed, confirmed },
  };
  return {
    key: RESTORED_KEY,
    value: JSON.stringify(restored),
    headers: {
      ce_specversion: '1.0',
      ce_id: `${id}/${partition}`,
      ce_source: `/smartkey/${source}`,
      ce_type: typeName(source, RESTORED, LOG_RESTORED_VERSION),
      ...(begunAt !== undefined && { ce_time: begunAt }),
      ce_subject: RESTORED_KEY,
      ce_position: String(position),
      'content-type': 'application/json',
      ...(system !== undefined && { ce_system: system }),
      ce_incarnation: String(number),
    },
  };
}

interface MessageType {
  readonly source: ServiceName;
  readonly type: string;
  readonly version: number;
}

const VERSION = Buffer.from('1.0');
const JSON_TYPE = Buffer.from('application/json');

/** Few types make many records. */
const types = new Map<string, MessageType>();
const MOST_TYPES = 1_000;

function typeOf(text: string): MessageType {
  let known = types.get(text);
  if (known === undefined) {
    const parts = /^smartkey\.([a-z-]+)\.([A-Za-z]+)\.v(\d{1,9})$/.exec(text);
    if (parts === null) throw new UndecodableRecordError(`${text} is no event of ours`);
    known = { source: parts[1] as ServiceName, type: parts[2]!, version: Number(parts[3]) };
    if (types.size < MOST_TYPES) types.set(text, known);
  }
  return known;
}

/** Where a record lies: whose topic, and which of how many partitions. */
export interface Place {
  readonly source: ServiceName;
  readonly partition: number;
  readonly of: number;
  /** Whose installation's: bytes of its id. Missing where the reader does not know his own. */
  readonly system?: Uint8Array | undefined;
}

/**
 * @throws UndecodableRecordError for what this program cannot read, and for what does not belong where it lies.
 * @throws ForeignSystemError where it says that another installation has published it; a record of a version before says nothing.
 */
export function decodeRecord(
  record: { readonly value: Buffer | null; readonly headers?: IHeaders | undefined },
  place: Place,
): TopicRecord {
  const headers =
    record instanceof ReceivedRecord
      ? record.readHeaders()
      : new RecordHeaders(bytesOfHeaders(record.headers ?? {}), 0);
  refuseForeign(headers, place);
  if (!headers.is('ce_specversion', VERSION))
    throw new UndecodableRecordError(`CloudEvents ${headers.text('ce_specversion')}, not 1.0`);
  if (
    !headers.is('content-type', JSON_TYPE) &&
    !/^application\/json\s*(;|$)/i.test(headers.text('content-type'))
  )
    throw new UndecodableRecordError(`a value that is ${headers.text('content-type')}, not application/json`);
  const { source, type, version } = typeOf(headers.text('ce_type'));
  const { value } = record;
  if (value === null) throw new UndecodableRecordError('an event without a value');
  if (source !== place.source)
    throw new UndecodableRecordError(`an event of ${source} on the topic of ${place.source}`);
  const incarnation = headers.has('ce_incarnation') ? Number(headers.integer('ce_incarnation')) : undefined;
  if (type === RESTORED) {
    if (incarnation === undefined) throw new UndecodableRecordError('a log restored to no incarnation');
    return { kind: 'restored', source, incarnation };
  }
  const position = headers.integer('ce_position');
  if (type === WATERMARK)
    return {
      kind: 'watermark',
      source,
      watermark: { instant: instant(headers.text('ce_time')), position, incarnation: incarnation ?? 1 },
    };
  const stream = headers.text('ce_subject');
  if (partitionOf(stream, place.of) !== place.partition)
    throw new UndecodableRecordError(`an event of ${stream} on another partition than that stream's`);
  const contract = contractIn(headers.optional('ce_contract'));
  const hash = hashIn(headers.optional('ce_hash'));
  const traceparent = headers.optional('traceparent');
  const message: { -readonly [K in keyof Message]: Message[K] } = {
    id: headers.text('ce_id'),
    source,
    type,
    version,
    stream,
    revision: Number(headers.integer('ce_revision')),
    position,
    previous: headers.integer('ce_previous'),
    occurredAt: instant(headers.text('ce_time')),
    recordedAt: instant(headers.text('ce_recordedtime')),
    data: json(value),
  };
  if (hash !== undefined) message.hash = hash;
  if (incarnation !== undefined) message.incarnation = incarnation;
  if (contract !== undefined) message.contract = contract;
  if (traceparent !== undefined) message.traceparent = traceparent;
  return { kind: 'message', message };
}

/** First of all, for what another version of another installation wrote is none of ours to judge. */
function refuseForeign(headers: RecordHeaders, { source, system }: Place): void {
  if (system === undefined || !headers.has('ce_system') || headers.is('ce_system', system)) return;
  throw new ForeignSystemError(
    `the topic of ${source} is another system's: a record there is of ${headers.text('ce_system')}, ` +
      `and this is ${Buffer.from(system).toString()}`,
  );
}

function contractIn(text: string | undefined): ContractId | undefined {
  if (text !== undefined && !isOwnId('ctr', text)) throw new UndecodableRecordError(`${text} is no contract`);
  return text;
}

function hashIn(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[0-9a-f]{64}$/.test(text))
    throw new UndecodableRecordError(`${text} is no hash of an event`);
  return text;
}

function instant(text: string): Instant {
  if (!isInstant(text)) throw new UndecodableRecordError(`${text} is no instant`);
  return text;
}

function json(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString('utf8'));
  } catch (cause) {
    throw new UndecodableRecordError('a record whose value is no JSON', { cause });
  }
}

import type { PublishedBytes } from '@smartkey/event-store';
import type { ServiceName } from '../event-bus.port.ts';
import { encodeMessage, type EncodedRecord } from '../kafka/cloud-event.codec.ts';
import { messageOf, type Publish } from './log-feed.ts';

/** Digits of revision, position and previous position, which an event does not have yet before it is appended. */
const UNKNOWN_DIGITS = 3 * 18;
/** At most: the lengths, differences and attributes that Kafka puts before a record and before each of its headers. */
const RECORD_FRAME = 32;
const HEADER_FRAME = 8;

function mostBytes({ key, value, headers }: EncodedRecord): number {
  let bytes = RECORD_FRAME + UNKNOWN_DIGITS + Buffer.byteLength(key) + Buffer.byteLength(value);
  for (const [name, text] of Object.entries(headers))
    bytes += HEADER_FRAME + Buffer.byteLength(name) + Buffer.byteLength(text);
  return bytes;
}

/** How large the events of a service's log are as records of its topic, whether there is a broker today or not. */
export const publishedBytes =
  (source: ServiceName, publish: Publish): PublishedBytes =>
  (event) =>
    mostBytes(encodeMessage(messageOf(source, publish, event, 0n)));

import { ZERO_HASH, type PublishedBytes } from '@smartkey/event-store';
import { publishedMessage, type Publish, type ServiceName } from '@smartkey/event-bus';
import { encodeMessage } from './cloud-event.codec.ts';
import { sizeOfRecord } from './record-size.ts';

/** Digits of revision, position and previous position, which an event does not have yet before it is appended; its hash is as long as any. */
const UNKNOWN_DIGITS = 3 * 19;

/** The id of an installation is as long as any other. */
const ANY_SYSTEM = '0'.repeat(12);

/** How large the events of a service's log are as records of its topic, whether there is a broker today or not. */
export const publishedBytes =
  (source: ServiceName, publish: Publish): PublishedBytes =>
  (event) =>
    sizeOfRecord(
      encodeMessage(publishedMessage(source, publish, { ...event, hash: ZERO_HASH }, 0n), ANY_SYSTEM),
    ) + UNKNOWN_DIGITS;

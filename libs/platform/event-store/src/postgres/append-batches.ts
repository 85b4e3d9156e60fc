import type { PreparedAppend } from '../append/prepared-append.ts';
import { MOST_APPEND_BYTES } from '../event-store.port.ts';

/** Events in one statement of `appendMany`: some 20 ms on PGlite, which blocks the event loop for so long. */
const BATCH_EVENTS = 500;

/**
 * Indices of appends that may go together: of each stream the first one only, for the others need to know what became of
 * it. In batches of so many events, and of so many bytes as one append may have.
 */
export function batchesOf(prepared: readonly (PreparedAppend | undefined)[]): number[][] {
  const streams = new Set<string>();
  const batches: number[][] = [];
  let size = BATCH_EVENTS;
  let bytes = 0;
  for (const [index, each] of prepared.entries()) {
    if (each === undefined) continue;
    const { stream, events } = each.append;
    const first = !streams.has(stream);
    streams.add(stream);
    if (!first || each.expected < -1) continue;
    if (size >= BATCH_EVENTS || bytes + each.bytes > MOST_APPEND_BYTES) {
      batches.push([]);
      size = 0;
      bytes = 0;
    }
    batches.at(-1)!.push(index);
    size += events.length;
    bytes += each.bytes;
  }
  return batches;
}

import type { RecordedEvent } from '@smartkey/kernel';
import { NotCanonicalError } from './canonical-json.ts';
import { hashOf, ZERO_HASH } from './event-hash.ts';

/** The first place at which a stream is not what was written. */
export interface ChainBreak {
  readonly stream: string;
  readonly revision: number;
  /** `missing`: no event has this revision. `altered`: the event there, or the one before it, is not the one written. */
  readonly kind: 'missing' | 'altered';
  readonly detail: string;
}

/** Where a verification goes on from: the last event that is known to be good. */
export interface ChainLink {
  readonly revision: number;
  readonly hash: string;
}

/**
 * Follows the hash over one stream. Events removed from its end leave no trace here: whoever knows the last hash compares it.
 * @param events one stream's events as read, in order, from its first one or from the one after `known`.
 * @returns the first broken place, or `undefined` for a sound chain.
 */
export function verifyStream(
  events: readonly RecordedEvent[],
  known: ChainLink = { revision: -1, hash: ZERO_HASH },
): ChainBreak | undefined {
  let { revision, hash } = known;
  const stream = events[0]?.stream ?? '';
  for (const event of events) {
    revision += 1;
    const broken = (kind: ChainBreak['kind'], detail: string): ChainBreak => ({
      stream,
      revision,
      kind,
      detail,
    });
    if (event.stream !== stream) return broken('altered', `an event of stream ${event.stream} stands here`);
    if (event.revision !== revision) return broken('missing', `revision ${event.revision} stands here`);
    const expected = expectedHash(event, hash);
    if (expected !== event.hash)
      return broken('altered', `its hash is ${event.hash}, it should be ${expected}`);
    hash = event.hash;
  }
  return undefined;
}

function expectedHash(event: RecordedEvent, previous: string): string {
  try {
    return hashOf(event, previous);
  } catch (error) {
    if (error instanceof NotCanonicalError) return error.message;
    throw error;
  }
}

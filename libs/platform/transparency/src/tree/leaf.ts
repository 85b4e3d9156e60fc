import type { RecordedEvent } from '@smartkey/kernel';
import { leafHash, type Hash } from './tree-hashes.ts';

/** What a leaf is made of. The event's own hash covers all but its place in the log, which the leaf adds. */
export type LeafEvent = Pick<RecordedEvent, 'hash' | 'position' | 'revision' | 'stream'>;

/**
 * The hash of an event's leaf, over RFC 8785 of `{hash, log, position, revision, stream}`: position as decimal text, revision as a number.
 * Written out: five members in the order of their names, a number that is an integer, and texts, which `JSON.stringify` writes as RFC 8785
 * wants them where they are well formed.
 * @param log the origin in force when the event was appended.
 */
export const leafOf = (log: string, { hash, position, revision, stream }: LeafEvent): Hash =>
  leafHash(
    `{"hash":"${hash}","log":${JSON.stringify(log)},"position":"${position}","revision":${revision},"stream":${JSON.stringify(stream)}}`,
  );

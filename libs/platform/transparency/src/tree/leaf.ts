import type { LeafEvent } from '@smartkey/event-store';
import { leafHash, type Hash } from './tree-hashes.ts';

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

/** What a leaf is made of, as SQL: columns or parameters. */
export interface LeafColumns {
  /** bytea, not null. */
  readonly hash: string;
  /** text: `leafLog` of the origin. */
  readonly log: string;
  readonly position: string;
  readonly revision: string;
  /** text. */
  readonly stream: string;
}

/** An origin as `leafSql` wants it. */
export const leafLog = (log: string): string => JSON.stringify(log);

/** The same hash as an SQL expression (bytea, 32 bytes), for who reads many events: `to_json` writes texts as `JSON.stringify` does. */
export const leafSql = ({ hash, log, position, revision, stream }: LeafColumns): string =>
  `sha256('\\x00'::bytea || convert_to(concat('{"hash":"', encode(${hash}, 'hex'), '","log":', ${log}, ',"position":"', ${position}, '","revision":', ${revision},
     ',"stream":', to_json(${stream}), '}'), 'UTF8'))`;

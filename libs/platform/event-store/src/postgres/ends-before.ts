import { prepared, type Sql } from '@smartkey/database';
import type { StreamPlace } from '../event-store.port.ts';
import type { ChainLink } from '../hash-chain/verify-stream.ts';

/** Where a log is sound, the event before is the one of the revision before; one of the same revision would be the later one. */
const NEAR = prepared(
  'stream_ends_near',
  `SELECT place.at - 1 AS at, l.revision, encode(l.hash, 'hex') AS hash
   FROM unnest($2::text[], $3::integer[]) WITH ORDINALITY AS place (stream, revision, at), LATERAL (
     SELECT revision, hash FROM event_log
     WHERE stream = place.stream AND revision BETWEEN place.revision - 1 AND place.revision AND position <= $1
     ORDER BY revision DESC LIMIT 1
   ) l`,
);

/** Otherwise it is looked for in all of the stream. */
const FAR = `
  SELECT place.at - 1 AS at, l.revision, encode(l.hash, 'hex') AS hash
  FROM unnest($2::text[]) WITH ORDINALITY AS place (stream, at), LATERAL (
    SELECT revision, hash FROM event_log
    WHERE stream = place.stream AND position <= $1
    ORDER BY position DESC LIMIT 1
  ) l`;

interface EndRow extends ChainLink {
  readonly at: bigint;
}

/** The last event of each stream at or before a position, for an event of it that comes behind. */
export async function endsBefore(
  sql: Sql,
  position: bigint,
  places: readonly StreamPlace[],
): Promise<readonly (ChainLink | undefined)[]> {
  const ends = new Array<ChainLink | undefined>(places.length).fill(undefined);
  const near = await sql.query<EndRow>(NEAR, [
    position,
    places.map(({ stream }) => stream),
    places.map(({ revision }) => revision),
  ]);
  for (const { at, revision, hash } of near) ends[Number(at)] = { revision, hash };
  const lost = places.flatMap(({ revision }, n) => (revision > 0 && ends[n] === undefined ? [n] : []));
  if (lost.length === 0) return ends;
  const far = await sql.query<EndRow>(FAR, [position, lost.map((n) => places[n]!.stream)]);
  for (const { at, revision, hash } of far) ends[lost[Number(at)]!] = { revision, hash };
  return ends;
}

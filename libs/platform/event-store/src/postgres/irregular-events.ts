import type { Sql } from '@smartkey/database';
import type { ChainBreak } from '../hash-chain/verify-stream.ts';

/** The largest whole number that is read as it is written (2^53 - 1). */
const LARGEST = Number.MAX_SAFE_INTEGER;
const MOST = 100;

/** `lax` unwraps arrays by itself; `.**` walks all that is nested. */
const ODD_NUMBER = `'strict $.** ? (@.type() == "number" && (@.floor() != @ || @ > ${LARGEST} || @ < -${LARGEST}))'`;

/** jsonb keeps `3.0` as it was written, though it is equal to 3. Few events have a digit behind a point, nearly all of them within text. */
const WITH_POINT = `'[0-9][.][0-9]'`;
const ANY_NUMBER = `'strict $.** ? (@.type() == "number")'`;

const odd = (column: string): string =>
  `(jsonb_path_exists(${column}, ${ODD_NUMBER}) OR ${column}::text ~ ${WITH_POINT} AND EXISTS (
    SELECT FROM jsonb_path_query(${column}, ${ANY_NUMBER}) AS number WHERE number::text ~ ${WITH_POINT}))`;
/** What is the matter with an event: a number of it, or an instant. */
const DETAILS = {
  number: 'a number of it is no whole number that is read as it is stored',
  instant: 'an instant of it has parts of a millisecond',
  position: 'its position lies behind all that were ever given',
} as const;

export const irregularOf = (
  place: Pick<ChainBreak, 'stream' | 'revision'>,
  what: keyof typeof DETAILS,
): ChainBreak => ({ ...place, kind: 'altered', detail: DETAILS[what] });

/** Letters of `2018-01-31 15:00:00.123+00`: the session is in UTC. */
const WHOLE_MILLISECONDS = 26;

/** @param text an instant as PostgreSQL writes it. */
export const hasPartsOfMillisecond = (text: string): boolean => text.length > WHOLE_MILLISECONDS;

/** A number stands behind a name, or in an array; so may a text say. */
const POINT = /[:,[] ?-?[0-9]+[.]/;
const TEXTS = /"(?:[^"\\]|\\.)*"/g;

/** The same for one event: numbers too large are named by its hash, which cannot be taken. @param text of jsonb, as PostgreSQL writes it. */
export const hasPointInNumber = (text: string): boolean =>
  POINT.test(text) && POINT.test(text.replace(TEXTS, '""'));

/** Of no transaction that has begun: only somebody with the table in hand can have put it there, and no reader ever comes to it. */
const NOT_GIVEN = `position >= (SELECT first_position(pg_snapshot_xmax(pg_current_snapshot()), base) FROM event_log_state)`;

const fine = (column: string): string => `date_trunc('milliseconds', ${column}) <> ${column}`;

/**
 * Events whose stored text says more than what is read of it. jsonb keeps every digit of a number and a timestamp its microseconds; both
 * are lost on the way to JavaScript, and with them what somebody added.
 */
const IRREGULAR = `
  SELECT stream, revision,
    CASE WHEN ${NOT_GIVEN} THEN '${DETAILS.position}' WHEN ${fine('occurred_at')} OR ${fine('recorded_at')}
      THEN '${DETAILS.instant}' ELSE '${DETAILS.number}' END AS detail
  FROM event_log
  WHERE position > $1 AND (${NOT_GIVEN} OR ${fine('occurred_at')} OR ${fine('recorded_at')} OR ${odd('data')} OR ${odd('metadata')})
  ORDER BY position LIMIT ${MOST}`;

/** Those behind a position: what is read as it is stored was looked at there (`readStoredPage`). */
export async function irregularEvents(sql: Sql, after: bigint): Promise<readonly ChainBreak[]> {
  const rows = await sql.query<Omit<ChainBreak, 'kind'>>(IRREGULAR, [after]);
  return rows.map((row) => ({ ...row, kind: 'altered' }));
}

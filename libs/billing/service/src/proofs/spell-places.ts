import type { Sql } from '@smartkey/database';
import type { AccountId } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import { parametersOf, type DaysOf } from '../ledger/days-of.ts';
import { hexOf, type InputPlace, type NumberedPlace } from './input-place.ts';

/** Rows read at once. */
export const ROWS = 5_000;

/** Of a spell that nobody has put right. Positions as text, hashes in hex. */
export type SpellFields = [
  n: number,
  account: AccountId,
  spell: number,
  fromRevision: number,
  fromPosition: string,
  fromHash: string | null,
  endedBefore: boolean,
  toRevision: number | null,
  toPosition: string | null,
  toHash: string | null,
];

interface VersionRow {
  readonly n: number;
  readonly account: AccountId;
  readonly spell: number;
  readonly revision: number;
  readonly position: bigint;
  readonly type: string;
  readonly hash: Uint8Array | null;
  readonly meets: boolean;
}

/** How far the registry's partitions had been read: the furthest of them, and the one behind all others. */
export interface RegistryRead {
  readonly furthest: bigint;
  readonly nearest: bigint;
  readonly wasRead: (place: InputPlace) => boolean;
}

const placeOf = (
  account: AccountId,
  revision: number,
  position: bigint,
  hash: string | undefined,
): InputPlace => ({
  source: 'device-registry',
  stream: `account-${account}`,
  revision,
  position,
  hash,
});

/** Of each of the wanted, by its number: beginnings and ends of the spells that meet its days, as they were known then. */
export async function* spellPlaces(
  sql: Sql,
  wanted: readonly DaysOf[],
  read: RegistryRead,
): AsyncGenerator<readonly NumberedPlace[]> {
  yield* uncorrected(sql, wanted, read);
  yield await corrected(sql, wanted, read);
}

/** A spell that was told to have ended has not gone on without end before that: it counts as if nobody had ever put it right. */
const endedBy = (version: VersionRow | undefined, next: VersionRow | undefined): boolean =>
  version?.type === 'IdRegistered' &&
  next?.type === 'IdDeregistered' &&
  next.account === version.account &&
  next.spell === version.spell &&
  next.n === version.n;

/** Of a contract's spells that nobody has put right those that were read up to `$4` and meet the days of `w`, or of which the end may not have been read. */
export const UNCORRECTED = `
  contract = w.contract and not changed and from_position <= $4::bigint and from_day <= w.last
  and (to_day >= w.first or to_position > $5::bigint)`;

/** Spells that nobody has put right: of contracts `$1` those that meet the days from `$2` to `$3`, behind a place `$6` to `$8`. */
export const UNCORRECTED_SPELLS = `
  select w.n::integer as n, s.* from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
  cross join lateral (
    select account, spell, from_revision, from_position, from_hash, to_day < w.first as ended_before, to_revision, to_position, to_hash
    from spell
    where ${UNCORRECTED}
      and (account, spell) > (case when w.n = $6::integer then $7 else '' end, case when w.n = $6 then $8::integer else 0 end)
    order by account, spell limit ${ROWS}
  ) as s
  where w.n >= $6 order by w.n, s.account, s.spell limit ${ROWS}`;

/** Their `SpellFields`, of a row that has their columns. */
export const SPELL_FIELDS = `json_build_array(n, account, spell, from_revision, from_position::text, encode(from_hash, 'hex'),
    ended_before, to_revision, to_position::text, encode(to_hash, 'hex'))`;

/** One text: a result costs by its fields, and there are many rows. */
const UNCORRECTED_PAGE = `select coalesce(json_agg(${SPELL_FIELDS}), '[]')::text as page from (${UNCORRECTED_SPELLS}) as rows`;

/** Of a spell in the order in which they are read: by the number of the wanted, then by account. */
export type SpellPlace = readonly [n: number, account: string, spell: number];

export const START_OF_SPELLS: SpellPlace = [0, '', 0];

async function* uncorrected(
  sql: Sql,
  wanted: readonly DaysOf[],
  { furthest, nearest, wasRead }: RegistryRead,
): AsyncGenerator<readonly NumberedPlace[]> {
  const read = async (after: SpellPlace): Promise<readonly SpellFields[]> => {
    const [found] = await sql.query<{ page: string }>(UNCORRECTED_PAGE, [
      ...parametersOf(wanted),
      furthest,
      nearest,
      ...after,
    ]);
    return JSON.parse(found!.page) as SpellFields[];
  };
  const placeOf = ([n, account, spell]: SpellFields): SpellPlace => [n, account, spell];
  for await (const rows of pagesBehind({ size: ROWS, from: START_OF_SPELLS, read, placeOf }))
    yield placesOfSpells(rows, wasRead);
}

/** Where beginnings and ends of spells stand, as far as they were read. */
export function placesOfSpells(
  rows: readonly SpellFields[],
  wasRead: RegistryRead['wasRead'],
): readonly NumberedPlace[] {
  const places: NumberedPlace[] = [];
  for (const [n, account, , revision, position, hash, endedBefore, toRevision, toPosition, toHash] of rows) {
    const begin = placeOf(account, revision, BigInt(position), hash ?? undefined);
    if (!wasRead(begin)) continue;
    const end =
      toPosition === null
        ? undefined
        : placeOf(account, toRevision!, BigInt(toPosition), toHash ?? undefined);
    const ended = end !== undefined && wasRead(end);
    if (ended && endedBefore) continue;
    places.push([n - 1, begin]);
    if (ended) places.push([n - 1, end]);
  }
  return places;
}

/** Spells that were put right, few: all that was read of one of which any version meets the days. */
export async function corrected(
  sql: Sql,
  wanted: readonly DaysOf[],
  { furthest, wasRead }: RegistryRead,
): Promise<readonly NumberedPlace[]> {
  const versions = await sql.query<VersionRow>(
    `select w.n::integer as n, v.* from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
     cross join lateral (
       select account, spell, revision, position, type, hash, from_day <= w.last and to_day >= w.first as meets
       from spell_version where contract = w.contract and position <= $4::bigint offset 0
     ) as v order by 1, account, spell, position`,
    [...parametersOf(wanted), furthest],
  );
  const read = versions
    .map((row) => ({ ...row, place: placeOf(row.account, row.revision, row.position, hexOf(row.hash)) }))
    .filter(({ place }) => wasRead(place));
  const keyOf = ({ n, account, spell }: VersionRow): string => `${n}/${account}/${spell}`;
  const met = new Set(
    read.filter(({ meets }, index) => meets && !endedBy(read[index], read[index + 1])).map(keyOf),
  );
  return read.filter((row) => met.has(keyOf(row))).map((row) => [row.n - 1, row.place]);
}

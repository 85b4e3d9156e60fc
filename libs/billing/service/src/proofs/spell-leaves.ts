import { prepared, type Sql } from '@smartkey/database';
import { pagesBehind } from '@smartkey/lifecycle';
import { leafLog, leafSql } from '@smartkey/transparency';
import type { NamedHead } from './log-heads.ts';
import { parametersOf, type DaysOf } from '../ledger/days-of.ts';
import type { NumberedPlace } from './input-place.ts';
import {
  corrected,
  placesOfSpells,
  ROWS,
  SPELL_FIELDS,
  START_OF_SPELLS,
  UNCORRECTED,
  UNCORRECTED_SPELLS,
  type RegistryRead,
  type SpellFields,
  type SpellPlace,
} from './spell-places.ts';

/** What was found of one of the wanted. */
export interface SpellLeaves {
  readonly n: number;
  /** Position (8 bytes) and leaf (32) of each event. */
  readonly leaves: Uint8Array;
  /** The hash of one of them is not known. */
  readonly unknown: boolean;
}

/** A page: leaves as far as they are made, and what has to be made into leaves yet. */
export interface SpellLeavesPage {
  readonly leaves: readonly SpellLeaves[];
  readonly places: readonly NumberedPlace[];
}

/** Parameters: the names that the log had, the first one first, as `leafLog` writes them, and the positions from which on each further one holds. */
interface Names {
  readonly list: string;
  readonly from: string;
}

const entry = (end: 'from' | 'to', names: Names): string =>
  `int8send(${end}_position) || ${leafSql({
    hash: `${end}_hash`,
    log: `(${names.list})[1 + width_bucket(${end}_position, ${names.from})]`,
    position: `${end}_position`,
    revision: `${end}_revision`,
    stream: `'account-' || account`,
  })}`;

/**
 * Of found spells. Whether an event was read that lies between the marks of two partitions only its own partition tells: spells with such a one, few, come as
 * they are.
 * @param names the parameters that name the log, see `Names`.
 */
const made = (names: Names): string => `
  coalesce(string_agg(
    case when unsure then ''
    else ${entry('from', names)} || case when to_position <= $5::bigint then ${entry('to', names)} else '' end end, '' order by from_position
  ), '') as leaves,
  coalesce(bool_or(not unsure and (from_hash is null or to_position <= $5::bigint and to_hash is null)), false) as unknown,
  coalesce(json_agg(${SPELL_FIELDS}) filter (where unsure), '[]')::text as unsure`;
const UNSURE = `(from_position > $5::bigint or coalesce(to_position between $5::bigint + 1 and $4::bigint, false)) as unsure`;

/** Whole contracts: nothing is sorted, and no place remembered. */
const WHOLE = prepared(
  'spell_leaves',
  `select w.n::integer - 1 as n, made.*
   from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
   cross join lateral (
     select ${made({ list: '$6::text[]', from: '$7::bigint[]' })} from (
       select w.n, *, to_day < w.first as ended_before, ${UNSURE} from spell
       where ${UNCORRECTED}
     ) as found
   ) as made`,
);

/** Pages of one contract. */
const PAGE = `
  with found as materialized (select *, ${UNSURE} from (${UNCORRECTED_SPELLS}) as rows)
  select 0 as n, count(*)::integer as spells, ${made({ list: '$9::text[]', from: '$10::bigint[]' })},
    (select json_build_array(n, account, spell)::text from found order by n desc, account desc, spell desc limit 1) as last
  from found`;

interface Row extends SpellLeaves {
  readonly unsure: string;
}

/** Days of a contract, with the number of accounts that were used in them. */
export interface MeasuredDays extends DaysOf {
  readonly accounts: number;
}

interface RowOfSpells extends Row {
  readonly spells: number;
  /** The last of them, a `SpellPlace` in JSON. */
  readonly last: string | null;
}

type NameValues = readonly [list: readonly string[], from: readonly bigint[]];

/** Accounts of contracts that are read at once. */
const TOGETHER = 2_500;

/**
 * The events of `spellPlaces` as leaves of the registry's log: made where the spells lie, for each is some hundred bytes and there may be millions.
 * @param registry names its log.
 */
export async function* spellLeaves(
  sql: Sql,
  wanted: readonly MeasuredDays[],
  read: RegistryRead,
  registry: Pick<NamedHead, 'origin' | 'earlier'>,
): AsyncGenerator<SpellLeavesPage> {
  const { origin, earlier = [] } = registry;
  const names: NameValues = [
    [...earlier.map((each) => each.origin), origin].map(leafLog),
    earlier.map(({ before }) => BigInt(before)),
  ];
  const upTo = [read.furthest, read.nearest];
  const pageOf = (rows: readonly Row[], first: number): SpellLeavesPage => ({
    leaves: rows.map((row) => ({ ...row, n: first + row.n })),
    places: rows.flatMap(({ unsure }) =>
      placesOfSpells(JSON.parse(unsure) as SpellFields[], read.wasRead).map(([n, place]) => [
        first + n,
        place,
      ]),
    ),
  });
  for (const { first, group } of groupsOf(wanted)) {
    if (group.length > 1 || group[0]!.accounts <= TOGETHER)
      yield pageOf(await sql.query<Row>(WHOLE, [...parametersOf(group), ...upTo, ...names]), first);
    else for await (const page of pagesOf(sql, group, upTo, names)) yield pageOf([page], first);
  }
  yield { leaves: [], places: await corrected(sql, wanted, read) };
}

async function* pagesOf(
  sql: Sql,
  one: readonly DaysOf[],
  upTo: readonly bigint[],
  names: NameValues,
): AsyncGenerator<Row> {
  const read = async (after: SpellPlace | undefined): Promise<readonly RowOfSpells[]> =>
    after === undefined
      ? []
      : sql.query<RowOfSpells>(PAGE, [...parametersOf(one), ...upTo, ...after, ...names]);
  // Each row stands for a page of spells; behind the last one there is no place.
  const placeOf = ({ spells, last }: RowOfSpells): SpellPlace | undefined =>
    spells < ROWS ? undefined : (JSON.parse(last!) as SpellPlace);
  for await (const rows of pagesBehind({ size: 1, from: START_OF_SPELLS, read, placeOf })) yield* rows;
}

/** Those that follow one another, as many as are read at once, at least one. */
function* groupsOf(
  wanted: readonly MeasuredDays[],
): Generator<{ readonly first: number; readonly group: readonly MeasuredDays[] }> {
  for (let first = 0; first < wanted.length;) {
    let end = first + 1;
    let accounts = wanted[first]!.accounts;
    while (end < wanted.length && accounts + wanted[end]!.accounts <= TOGETHER)
      accounts += wanted[end++]!.accounts;
    yield { first, group: wanted.slice(first, end) };
    first = end;
  }
}

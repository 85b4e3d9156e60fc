import type { Sql } from '@smartkey/database';
import { leafLog, leafSql } from '@smartkey/transparency';
import { parametersOf, type DaysOf } from '../ledger/days-of.ts';
import type { NumberedPlace } from './input-place.ts';
import {
  corrected,
  placesOfSpells,
  ROWS,
  SPELL_FIELDS,
  UNCORRECTED_SPELLS,
  type RegistryRead,
  type SpellFields,
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

const entry = (end: 'from' | 'to'): string =>
  `int8send(${end}_position) || ${leafSql({
    hash: `${end}_hash`,
    log: '$9::text',
    position: `${end}_position`,
    revision: `${end}_revision`,
    stream: `'account-' || account`,
  })}`;

/**
 * A row for each of the wanted. Whether an event behind the least of the marks was read only its partition tells: spells with such a one, few, come as they are.
 */
const LEAVES = `
  with found as materialized (
    select *, from_position > $5::bigint or coalesce(to_position > $5::bigint, false) as unsure from (${UNCORRECTED_SPELLS}) as rows
  )
  select n - 1 as n, count(*)::integer as spells,
    coalesce(string_agg(
      case when not unsure then ${entry('from')} || case when to_position is null then '' else ${entry('to')} end end, '' order by from_position
    ), '') as leaves,
    bool_or(not unsure and (from_hash is null or to_position is not null and to_hash is null)) as unknown,
    coalesce(json_agg(${SPELL_FIELDS}) filter (where unsure), '[]')::text as unsure,
    (select json_build_array(n, account, spell)::text from found order by n desc, account desc, spell desc limit 1) as last
  from found group by n order by n`;

interface Row extends SpellLeaves {
  readonly spells: number;
  readonly unsure: string;
  readonly last: string;
}

/**
 * The events of `spellPlaces` as leaves of the registry's log: made where the spells lie, for each is some hundred bytes and there may be millions.
 * @param origin of the registry's log.
 */
export async function* spellLeaves(
  sql: Sql,
  wanted: readonly DaysOf[],
  read: RegistryRead,
  origin: string,
): AsyncGenerator<SpellLeavesPage> {
  let after: readonly [number, string, number] = [0, '', 0];
  for (let spells = ROWS; spells === ROWS;) {
    const rows = await sql.query<Row>(LEAVES, [
      ...parametersOf(wanted),
      read.furthest,
      read.nearest,
      ...after,
      leafLog(origin),
    ]);
    const places = rows.flatMap(({ unsure }) =>
      placesOfSpells(JSON.parse(unsure) as SpellFields[], read.wasRead),
    );
    yield { leaves: rows, places };
    spells = rows.reduce((sum, row) => sum + row.spells, 0);
    if (spells > 0) after = JSON.parse(rows[0]!.last) as [number, string, number];
  }
  yield { leaves: [], places: await corrected(sql, wanted, read) };
}

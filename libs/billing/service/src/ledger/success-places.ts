import type { Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { ZERO_HASH } from '@smartkey/event-store';
import type { AccountId, ContractId } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import { parametersOf, type DaysOf } from './days-of.ts';

/** Where a success stands in authentication's log. */
export interface SuccessPlace {
  readonly account: AccountId;
  readonly position: bigint;
  readonly revision: number;
  /** Hex; undefined where its message did not tell it. */
  readonly hash: string | undefined;
}

/** Of a place: position 8 bytes, revision 4, hash 32, length of the account's id 1, and the id. */
const POSITION = 0;
const REVISION = 8;
const HASH = 12;
const LENGTH = 44;
const FIXED = 45;

function packed({ position, revision, hash = ZERO_HASH }: Message, account: AccountId): Buffer {
  const place = Buffer.allocUnsafe(FIXED + account.length);
  place.writeBigInt64BE(position, POSITION);
  place.writeInt32BE(revision, REVISION);
  place.write(hash, HASH, 'hex');
  place.writeUInt8(account.length, LENGTH);
  place.write(account, FIXED, 'latin1');
  return place;
}

function* unpacked(places: Buffer): Generator<SuccessPlace> {
  for (let at = 0; at < places.length;) {
    const end = at + FIXED + places.readUInt8(at + LENGTH);
    const hash = places.toString('hex', at + HASH, at + LENGTH);
    yield {
      account: places.toString('latin1', at + FIXED, end) as AccountId,
      position: places.readBigInt64BE(at + POSITION),
      revision: places.readInt32BE(at + REVISION),
      hash: hash === ZERO_HASH ? undefined : hash,
    };
    at = end;
  }
}

/** The query for a row a place: which of them lie together tells in what batches they came. */
export const eachPlace = (table: string): string => {
  // Bytes are counted from 1 where they are cut out. A cut alone is read of a value that lies outside of its row.
  const placeFrom = (at: string): string =>
    `substring(p.places from ${at} for ${FIXED} + get_byte(substring(p.places from ${at} + ${LENGTH} for 1), 0))`;
  return `select p.contract, p.day, each.place from ${table} as p cross join lateral (
    with recursive each (next, place) as (
      select 1, ''::bytea
      union all select next + length(found), found from each, lateral (select ${placeFrom('next')} as found) as one
      where next <= length(p.places)
    ) select place from each where place <> '') as each`;
};

interface DayOfContract {
  readonly contract: ContractId;
  readonly day: number;
  readonly first: bigint;
  readonly places: Buffer[];
}

/** The places of a batch's successes: a row for each contract and day, however many they are. */
export class SuccessPlaces {
  readonly #days = new Map<string, DayOfContract>();

  add(contract: ContractId, day: number, account: AccountId, message: Message): void {
    const key = contract + day;
    const known = this.#days.get(key);
    const place = packed(message, account);
    if (known === undefined) this.#days.set(key, { contract, day, first: message.position, places: [place] });
    else known.places.push(place);
  }

  async write(tx: Sql): Promise<void> {
    const rows = [...this.#days.values()];
    await tx.execute(
      `insert into success_places (contract, day, first_position, places)
       select * from unnest($1::text[], $2::integer[], $3::bigint[], $4::bytea[])`,
      [
        rows.map((row) => row.contract),
        rows.map((row) => row.day),
        rows.map((row) => row.first),
        rows.map((row) => Buffer.concat(row.places)),
      ],
    );
  }
}

/** Places that are read at once, as far as rows can tell. */
const ROWS = 2_000;
/** Where one contract alone has more, each row may hold those of a whole batch. */
const ROWS_OF_ONE = 20;

interface PlacesRow {
  readonly n: number;
  readonly day: number;
  readonly first_position: bigint;
  readonly places: Uint8Array;
}

function* inRows(rows: readonly PlacesRow[]): Generator<readonly [n: number, place: SuccessPlace]> {
  for (const { n, places } of rows)
    for (const place of unpacked(Buffer.from(places.buffer, places.byteOffset, places.length)))
      yield [n - 1, place];
}

/** Of each of the wanted, by its number: the successes in its days, in no order that matters, as they are read together. */
export async function* successPlacesOf(
  sql: Sql,
  wanted: readonly DaysOf[],
): AsyncGenerator<Iterable<readonly [n: number, place: SuccessPlace]>> {
  const rowsAtOnce = wanted.length === 1 ? ROWS_OF_ONE : ROWS;
  const read = (after: readonly [number, number, bigint]): Promise<readonly PlacesRow[]> =>
    sql.query<PlacesRow>(
      `select w.n::integer as n, s.* from unnest($1::text[], $2::integer[], $3::integer[]) with ordinality as w (contract, first, last, n)
       cross join lateral (
         select day, first_position, places from success_places
         where contract = w.contract and day <= w.last and (day, first_position) >
           (case when w.n = $4::integer then $5::integer else w.first - 1 end, case when w.n = $4 then $6::bigint else 9223372036854775807 end)
         order by day, first_position limit ${rowsAtOnce}
       ) as s
       where w.n >= $4 order by w.n, s.day, s.first_position limit ${rowsAtOnce}`,
      [...parametersOf(wanted), ...after],
    );
  const pages = pagesBehind({
    size: rowsAtOnce,
    from: [0, 0, 0n],
    read,
    placeOf: ({ n, day, first_position: position }): readonly [number, number, bigint] => [n, day, position],
  });
  for await (const rows of pages) yield inRows(rows);
}

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Database, DatabaseServer } from '@smartkey/database';
import type { ContractId } from '@smartkey/kernel';
import { leafOf } from '@smartkey/transparency';
import { USAGE_LEDGER_DDL } from '../ledger/usage-ledger.ddl.ts';
import { openServer } from '../testing/servers.fixture.ts';
import type { InputPlace } from './input-place.ts';
import { spellLeaves } from './spell-leaves.ts';
import { spellPlaces, type RegistryRead } from './spell-places.ts';

const ORIGIN = 'a "test"/device-registry';
const DAYS = { from: '2018-01-01', to: '2018-01-31' } as const;
const contracts = ['ctr_a', 'ctr_b', 'ctr_c', 'ctr_d'] as ContractId[];
const ACCOUNTS = [6_000, 300, 2, 0];
const wanted = contracts.map((contract, n) => ({ contract, days: DAYS, accounts: ACCOUNTS[n]! }));

let server: DatabaseServer;
let stop: () => Promise<void>;
let database: Database;
beforeAll(async () => {
  ({ server, stop } = await openServer('pglite'));
  database = await server.database('ledger');
  await database.script(USAGE_LEDGER_DDL);
  // Contract a: more than are read at once; b: spells of all kinds around the month; c: one without a hash, and one put right; d: none.
  await database.script(`
    insert into spell (contract, account, spell, from_day, to_day, several, changed, from_revision, from_position, from_recorded, from_hash)
    select 'ctr_a', 'rid_' || n, 1, 17000, 2147483647, false, false, 0, n, now(), sha256(n::text::bytea) from generate_series(1, 6000) n;
    insert into spell
    select 'ctr_b', case n % 7 when 0 then 'rid_"' else 'rid_é' end || n / 3, n % 3, 17520 + n % 60, 17530 + n % 60 + n % 17, true, false, n, 1 + n * 3, n + 9,
      100000 - n * 7, now(), now(), sha256(n::text::bytea), sha256((-n)::text::bytea) from generate_series(1, 300) n;
    insert into spell (contract, account, spell, from_day, to_day, several, changed, from_revision, from_position, from_recorded, from_hash)
    values ('ctr_c', 'rid_old', 1, 17000, 2147483647, false, false, 0, 10, now(), null),
      ('ctr_c', 'rid_right', 1, 17001, 2147483647, false, true, 0, 11, now(), sha256('1'));
    insert into spell_version values
      ('ctr_c', 'rid_right', 1, 11, now(), 0, 'IdRegistered', 17000, 2147483647, false, sha256('1')),
      ('ctr_c', 'rid_right', 1, 12, now(), 1, 'SpellCorrected', 17001, 2147483647, false, sha256('2'));`);
});
afterAll(() => stop());

/** The odd positions were read up to one mark, the even ones up to another. */
const readUpTo = (odd: bigint, even: bigint): RegistryRead => ({
  furthest: odd > even ? odd : even,
  nearest: odd < even ? odd : even,
  wasRead: ({ position }) => position <= (position % 2n === 0n ? even : odd),
});

const leafText = (place: InputPlace): string =>
  `${place.position} ${Buffer.from(leafOf(ORIGIN, { ...place, hash: place.hash! })).toString('hex')}`;

/** In one order; of one that nothing can be made of, nothing. */
const comparable = (leaves: readonly string[][], unknown: readonly boolean[]) =>
  leaves.map((each, n) => (unknown[n] ? [] : each.sort()));

async function byPlaces(read: RegistryRead) {
  const leaves = contracts.map((): string[] => []);
  const unknown = contracts.map(() => false);
  for await (const page of spellPlaces(database, wanted, read))
    for (const [n, place] of page)
      if (place.hash === undefined) unknown[n] = true;
      else leaves[n]!.push(leafText(place));
  return { leaves: comparable(leaves, unknown), unknown };
}

async function made(read: RegistryRead) {
  const leaves = contracts.map((): string[] => []);
  const unknown = contracts.map(() => false);
  for await (const page of spellLeaves(database, wanted, read, { origin: ORIGIN })) {
    for (const { n, leaves: packed, unknown: its } of page.leaves) {
      const bytes = Buffer.from(packed);
      for (let at = 0; at < bytes.length; at += 40)
        leaves[n]!.push(`${bytes.readBigUInt64BE(at)} ${bytes.toString('hex', at + 8, at + 40)}`);
      unknown[n] ||= its;
    }
    for (const [n, place] of page.places) leaves[n]!.push(leafText(place));
  }
  return { leaves: comparable(leaves, unknown), unknown };
}

describe('leaves of spells that are made by the database', () => {
  it.each([
    ['everything was read', 200_000n, 200_000n],
    ['an end was not read yet', 98_000n, 98_000n],
    ['one partition is behind the other', 99_500n, 98_500n],
    ['a partition has hardly begun', 700n, 100_000n],
    ['nothing was read', 0n, 0n],
  ])('are those of their events: %s', async (_case, odd, even) => {
    const read = readUpTo(odd, even);
    const expected = await byPlaces(read);
    expect(await made(read)).toEqual(expected);
    if (odd > 1_000n) {
      expect(expected.leaves[0]).toHaveLength(6_000);
      expect(expected.leaves[1]!.length).toBeGreaterThan(100);
      expect(expected.unknown).toEqual([false, false, true, false]);
    }
  });

  it('take a statement for many contracts, one for 5,000 spells of a large one, and one for those that were put right', async () => {
    const sent = jest.spyOn(database, 'query');
    await made(readUpTo(200_000n, 200_000n));
    expect(sent).toHaveBeenCalledTimes(2 + 1 + 1);
    sent.mockRestore();
  });
});

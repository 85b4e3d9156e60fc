import { contractOf, UnusableMessageError } from '@smartkey/facts';
import type { Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import { accountOf, dayOf } from './message-fields.ts';
import { NOT_ENDED } from './usage-ledger.ddl.ts';

interface Spell {
  readonly contract: ContractId;
  readonly account: AccountId;
  readonly spell: number;
  readonly fromDay: number;
  toDay: number;
  readonly fromRevision: number;
  readonly fromPosition: bigint;
  readonly fromRecorded: Instant;
  readonly fromHash: string | null;
  toRevision: number | null;
  toPosition: bigint | null;
  toRecorded: Instant | null;
  toHash: string | null;
}

/** Instants that are written with many rows, each once, and its place among them for each row: reading one takes as long as all the rest of a row. */
function instants(
  of: readonly (Instant | null)[],
): readonly [readonly Instant[], readonly (number | null)[]] {
  const places = new Map<Instant, number>();
  const indices = of.map((instant) => {
    if (instant === null) return null;
    const place = places.get(instant) ?? places.size + 1;
    if (place > places.size) places.set(instant, place);
    return place;
  });
  return [[...places.keys()], indices];
}

const beginnings = (rows: readonly Spell[]): readonly unknown[] => [
  rows.map((row) => row.contract),
  rows.map((row) => row.account),
  rows.map((row) => row.spell),
  rows.map((row) => row.fromDay),
  rows.map((row) => row.fromRevision),
  rows.map((row) => row.fromPosition),
  ...instants(rows.map((row) => row.fromRecorded)),
  rows.map((row) => row.fromHash),
];

const ends = (rows: readonly Spell[]): readonly unknown[] => [
  rows.map((row) => row.toDay),
  rows.map((row) => row.toRevision),
  rows.map((row) => row.toPosition),
  ...instants(rows.map((row) => row.toRecorded)),
  rows.map((row) => row.toHash),
];

const BEGINNINGS = `
  insert into spell (contract, account, spell, from_day, to_day, several, changed, from_revision, from_position, from_recorded,
    from_hash)
  select contract, account, spell, from_day, ${NOT_ENDED}, spell > 1, false, from_revision, from_position, ($7::timestamptz[])[recorded],
    decode(hash, 'hex')
  from unnest($1::text[], $2::text[], $3::integer[], $4::integer[], $5::integer[], $6::bigint[], $8::integer[], $9::text[])
    as told (contract, account, spell, from_day, from_revision, from_position, recorded, hash)
  on conflict (contract, account, spell) do update
  set to_day = excluded.to_day, to_revision = null, to_position = null, to_recorded = null, to_hash = null`;

/** The end of a corrected spell is one more version of it. */
const WITH_ENDS = `
  with written as (
    insert into spell
      (contract, account, spell, from_day, to_day, several, changed, from_revision, from_position, from_recorded,
       from_hash, to_revision, to_position, to_recorded, to_hash)
    select contract, account, spell, from_day, to_day, spell > 1, false, from_revision, from_position, ($7::timestamptz[])[recorded],
      decode(hash, 'hex'), to_revision, to_position, ($13::timestamptz[])[to_recorded], decode(to_hash, 'hex')
    from unnest($1::text[], $2::text[], $3::integer[], $4::integer[], $5::integer[], $6::bigint[], $8::integer[], $9::text[],
      $10::integer[], $11::integer[], $12::bigint[], $14::integer[], $15::text[])
      as told (contract, account, spell, from_day, from_revision, from_position, recorded, hash, to_day, to_revision, to_position,
        to_recorded, to_hash)
    on conflict (contract, account, spell) do update
    set to_day = excluded.to_day, to_revision = excluded.to_revision, to_position = excluded.to_position,
      to_recorded = excluded.to_recorded, to_hash = excluded.to_hash
    returning *
  )
  insert into spell_version
  select contract, account, spell, to_position, to_recorded, to_revision, 'IdDeregistered', from_day, to_day, false, to_hash
  from written where changed and to_position is not null`;

/** Spells of registration, folded in memory for a whole batch. A spell's end carries its beginning, so a row stands alone. */
export class SpellFold {
  readonly #spells = new Map<string, Spell>();
  /** Accounts that got another spell in this batch. */
  readonly #again = new Map<string, string>();

  registered(message: Message): void {
    const spell = this.#spellOf(message);
    if (spell.spell > 1) this.#again.set(spell.account, spell.contract);
    this.#spells.set(`${spell.account}/${spell.spell}`, spell);
  }

  deregistered(message: Message): void {
    const toDay = dayOf(message, 'lastDay');
    const spell = this.#spellOf(message);
    const known = this.#spells.get(`${spell.account}/${spell.spell}`) ?? spell;
    if (toDay < known.fromDay) throw new UnusableMessageError(message, 'the spell ends before it begins');
    known.toDay = toDay;
    known.toRevision = message.revision;
    known.toPosition = message.position;
    known.toRecorded = message.recordedAt;
    known.toHash = message.hash ?? null;
    this.#spells.set(`${spell.account}/${spell.spell}`, known);
  }

  /** The operator has corrected the days of a spell; what they were stays readable for documents that read them. */
  async corrected(tx: Sql, message: Message): Promise<void> {
    const ends = (message.data as { readonly lastDay?: unknown }).lastDay !== undefined;
    const toDay = ends ? dayOf(message, 'lastDay') : NOT_ENDED;
    const { fromDay } = this.#spellOf(message);
    if (toDay < fromDay) throw new UnusableMessageError(message, 'the spell ends before it begins');
    await this.#change(tx, message, { fromDay, toDay, voided: false });
  }

  /** The spell was entered by mistake: none of its days count. */
  async voided(tx: Sql, message: Message): Promise<void> {
    const { fromDay } = this.#spellOf(message);
    await this.#change(tx, message, { fromDay, toDay: NOT_ENDED, voided: true });
  }

  /** Rare, so it is written by itself, after whatever came before it. */
  async #change(
    tx: Sql,
    message: Message,
    { fromDay, toDay, voided }: { fromDay: number; toDay: number; voided: boolean },
  ): Promise<void> {
    await this.write(tx);
    const { contract, account, spell } = this.#spellOf(message);
    const key = [contract, account, spell];
    const known = await tx.query(
      'select 1 from spell where contract = $1 and account = $2 and spell = $3',
      key,
    );
    if (known.length === 0) throw new UnusableMessageError(message, 'nothing is known of the spell');
    await tx.execute(
      `insert into spell_version
       select contract, account, spell, from_position, from_recorded, from_revision, 'IdRegistered', from_day, ${NOT_ENDED}, false, from_hash
       from spell where contract = $1 and account = $2 and spell = $3 and not changed
       union all
       select contract, account, spell, to_position, to_recorded, to_revision, 'IdDeregistered', from_day, to_day, false, to_hash
       from spell where contract = $1 and account = $2 and spell = $3 and not changed and to_position is not null`,
      key,
    );
    await tx.execute(
      `insert into spell_version values ($1, $2, $3, $4, $5::timestamptz, $6, $7, $8, $9, $10, decode($11, 'hex'))`,
      [
        ...key,
        message.position,
        message.recordedAt,
        message.revision,
        message.type,
        fromDay,
        toDay,
        voided,
        message.hash ?? null,
      ],
    );
    await (voided
      ? tx.execute('delete from spell where contract = $1 and account = $2 and spell = $3', key)
      : tx.execute(
          `update spell set changed = true, from_day = $4, to_day = $5
           where contract = $1 and account = $2 and spell = $3`,
          [...key, fromDay, toDay],
        ));
  }

  /** Writes what was folded, and begins anew. */
  async write(tx: Sql): Promise<void> {
    const rows = [...this.#spells.values()];
    const again = [...this.#again];
    this.#spells.clear();
    this.#again.clear();
    if (rows.length === 0) return;
    // Most batches end nothing: then nothing is said of ends.
    await (rows.some(({ toPosition }) => toPosition !== null)
      ? tx.execute(WITH_ENDS, [...beginnings(rows), ...ends(rows)])
      : tx.execute(BEGINNINGS, beginnings(rows)));
    if (again.length === 0) return;
    await tx.execute(
      `update spell set several = true
       from unnest($1::text[], $2::text[]) as again (contract, account)
       where spell.contract = again.contract and spell.account = again.account and not spell.several`,
      [again.map(([, contract]) => contract), again.map(([account]) => account)],
    );
  }

  #spellOf(message: Message): Spell {
    const { spell } = message.data as { readonly spell?: unknown };
    if (!Number.isInteger(spell)) throw new UnusableMessageError(message, 'spell is missing');
    return {
      contract: contractOf(message),
      account: accountOf(message),
      spell: spell as number,
      fromDay: dayOf(message, 'registeredOn'),
      toDay: NOT_ENDED,
      fromRevision: message.revision,
      fromPosition: message.position,
      fromRecorded: message.recordedAt,
      fromHash: message.hash ?? null,
      toHash: null,
      toRevision: null,
      toPosition: null,
      toRecorded: null,
    };
  }
}

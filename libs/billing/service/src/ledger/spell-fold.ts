import { isJstDay, numberOfDay } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { contractOf, textOf, UnusableMessageError } from './unusable-message.error.ts';
import { NOT_ENDED } from './usage-ledger.ddl.ts';

interface Spell {
  readonly contract: string;
  readonly account: string;
  readonly spell: number;
  readonly fromDay: number;
  toDay: number;
  readonly fromRevision: number;
  readonly fromPosition: bigint;
  toRevision: number | null;
  toPosition: bigint | null;
}

function dayOf(message: Message, field: string): number {
  const day = textOf(message, field);
  if (!isJstDay(day)) throw new UnusableMessageError(message, `${field} is no day`);
  return numberOfDay(day);
}

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
    this.#spells.set(`${spell.account}/${spell.spell}`, known);
  }

  async write(tx: Sql): Promise<void> {
    if (this.#spells.size === 0) return;
    const rows = [...this.#spells.values()];
    await tx.execute(
      `insert into spell
         (contract, account, spell, from_day, to_day, several, from_revision, from_position, to_revision, to_position)
       select contract, account, spell, from_day, to_day, spell > 1, from_revision, from_position, to_revision, to_position
       from unnest($1::text[], $2::text[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::bigint[],
         $8::integer[], $9::bigint[])
         as told (contract, account, spell, from_day, to_day, from_revision, from_position, to_revision, to_position)
       on conflict (contract, account, spell) do update
       set to_day = excluded.to_day, to_revision = excluded.to_revision, to_position = excluded.to_position`,
      [
        rows.map((row) => row.contract),
        rows.map((row) => row.account),
        rows.map((row) => row.spell),
        rows.map((row) => row.fromDay),
        rows.map((row) => row.toDay),
        rows.map((row) => row.fromRevision),
        rows.map((row) => row.fromPosition),
        rows.map((row) => row.toRevision),
        rows.map((row) => row.toPosition),
      ],
    );
    if (this.#again.size === 0) return;
    await tx.execute(
      `update spell set several = true
       from unnest($1::text[], $2::text[]) as again (contract, account)
       where spell.contract = again.contract and spell.account = again.account and not spell.several`,
      [[...this.#again.values()], [...this.#again.keys()]],
    );
  }

  #spellOf(message: Message): Spell {
    const { spell } = message.data as { readonly spell?: unknown };
    if (!Number.isInteger(spell)) throw new UnusableMessageError(message, 'spell is missing');
    return {
      contract: contractOf(message),
      account: textOf(message, 'account'),
      spell: spell as number,
      fromDay: dayOf(message, 'registeredOn'),
      toDay: NOT_ENDED,
      fromRevision: message.revision,
      fromPosition: message.position,
      toRevision: null,
      toPosition: null,
    };
  }
}

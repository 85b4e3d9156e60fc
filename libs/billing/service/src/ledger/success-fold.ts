import { contractOf } from '@smartkey/facts';
import { dayNumberOf } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import type { AccountId, ContractId } from '@smartkey/kernel';
import { byHour } from './by-hour.ts';
import { accountOf } from './message-fields.ts';
import { SuccessPlaces } from './success-places.ts';

interface Counted {
  readonly contract: ContractId;
  readonly account: AccountId;
  readonly day: number;
  count: number;
  readonly firstRevision: number;
  lastRevision: number;
}

/**
 * Counts successes per account and JST day of the success itself (別紙1 備考(2)), in memory for a whole batch, and adds them to the
 * table in one statement.
 */
export class SuccessFold {
  readonly #counts = new Map<string, Counted>();
  readonly #places = new SuccessPlaces();
  readonly #dayOf = byHour(dayNumberOf);

  add(message: Message): void {
    const account = accountOf(message);
    const day = this.#dayOf(message.occurredAt);
    this.#places.add(contractOf(message), day, account, message);
    const key = account + day;
    const counted = this.#counts.get(key);
    if (counted !== undefined) {
      counted.count += 1;
      counted.lastRevision = message.revision;
      return;
    }
    const { revision } = message;
    const contract = contractOf(message);
    this.#counts.set(key, {
      contract,
      account,
      day,
      count: 1,
      firstRevision: revision,
      lastRevision: revision,
    });
  }

  async write(tx: Sql): Promise<void> {
    if (this.#counts.size === 0) return;
    const rows = [...this.#counts.values()];
    await tx.execute(
      `insert into success (contract, day, account, count, first_revision, last_revision)
       select * from unnest($1::text[], $2::integer[], $3::text[], $4::integer[], $5::integer[], $6::integer[])
       on conflict (contract, day, account) do update
       set count = success.count + excluded.count, last_revision = excluded.last_revision`,
      [
        rows.map((row) => row.contract),
        rows.map((row) => row.day),
        rows.map((row) => row.account),
        rows.map((row) => row.count),
        rows.map((row) => row.firstRevision),
        rows.map((row) => row.lastRevision),
      ],
    );
    await this.#places.write(tx);
  }
}

import { billingMonths, withMonth, type BillingMonths, type CloseMonth } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';

/** What billing has done for one contract, as its own log tells. */
export interface Billed {
  /** The latest month with an ordinary invoice. */
  readonly lastIssued?: ServiceMonth;
  readonly issued: ReadonlySet<ServiceMonth>;
  readonly fees: ReadonlySet<string>;
  /** The contract's own stream of months, and its last revision (-1: none yet). */
  readonly months: BillingMonths;
  readonly revision: number;
  /** Issued, but not closed yet: a run was cut short between the two. */
  readonly unclosed: readonly { readonly month: ServiceMonth; readonly number: string }[];
}

interface ClosedRow {
  readonly contract: string;
  readonly month: ServiceMonth;
  readonly outcome: 'issued' | 'nothing-due';
  readonly number: string | null;
}

const NOTHING: Billed = {
  issued: new Set(),
  fees: new Set(),
  months: billingMonths.initial,
  revision: -1,
  unclosed: [],
};

const closeOf = ({ contract, month, outcome, number }: ClosedRow): CloseMonth => ({
  contract,
  month,
  outcome,
  ...(number !== null && { number }),
});

/** The same for many contracts. Contracts that billing has done nothing for are missing; see `billedIn`. */
export async function billedOf(sql: Sql, contracts: readonly string[]): Promise<ReadonlyMap<string, Billed>> {
  const documents = await sql.query<{ contract: string; month: ServiceMonth; number: string }>(
    `select contract, month, number from document where kind = 'invoice' and contract = any($1::text[]) order by contract, month`,
    [contracts],
  );
  const fees = await sql.query<{ contract: string; fee: string }>(
    'select contract, fee from invoiced_fee where contract = any($1::text[])',
    [contracts],
  );
  const closed = await sql.query<ClosedRow>(
    'select contract, month, outcome, number from closed_month where contract = any($1::text[]) order by contract, revision',
    [contracts],
  );
  const documentsOf = groupByContract(documents);
  const feesOf = groupByContract(fees);
  const closedOf = groupByContract(closed);
  const known = new Set([...documentsOf.keys(), ...feesOf.keys(), ...closedOf.keys()]);
  return new Map(
    [...known].map((contract): [string, Billed] => {
      const issued = documentsOf.get(contract) ?? [];
      const events = closedOf.get(contract) ?? [];
      const months = events.map(closeOf).reduce(withMonth, billingMonths.initial);
      const last = issued.at(-1);
      return [
        contract,
        {
          ...(last && { lastIssued: last.month }),
          issued: new Set(issued.map(({ month }) => month)),
          fees: new Set((feesOf.get(contract) ?? []).map(({ fee }) => fee)),
          months,
          revision: events.length - 1,
          unclosed: issued.filter(({ month }) => months.issued[month] === undefined),
        },
      ];
    }),
  );
}

/** What billing has done for a contract out of many. */
export const billedIn = (billed: ReadonlyMap<string, Billed>, contract: string): Billed =>
  billed.get(contract) ?? NOTHING;

function groupByContract<Row extends { readonly contract: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.contract);
    if (group === undefined) groups.set(row.contract, [row]);
    else group.push(row);
  }
  return groups;
}

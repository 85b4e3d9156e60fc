import { type ContractId, type FeeId, groupBy } from '@smartkey/kernel';
import { billingMonths, withMonth, type BillingMonths, type CloseMonth } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { prepared, type Sql } from '@smartkey/database';

/** What billing has done for one contract, as its own log tells. */
export interface Billed {
  /** The latest month with an ordinary invoice. */
  readonly lastIssued?: ServiceMonth;
  readonly issued: ReadonlyMap<ServiceMonth, IssuedInvoice>;
  /** Invoices and corrections. */
  readonly documents: number;
  /** Where its last correction stands in the log; 0n: there is none. */
  readonly lastCorrection: bigint;
  /** Fees that stand on a document, each with the month of the invoice that it is a difference of. */
  readonly fees: ReadonlyMap<FeeId, ServiceMonth>;
  /** The contract's own stream of months, and its last revision (-1: none yet). */
  readonly months: BillingMonths;
  readonly revision: number;
  /** Issued, but not closed yet: a run was cut short between the two. */
  readonly unclosed: readonly { readonly month: ServiceMonth; readonly number: string }[];
}

export interface IssuedInvoice {
  readonly number: string;
  /** How far the logs had been read that its facts stand in. */
  readonly readContract: bigint;
  readonly readRegistry: bigint;
}

interface DocumentRow extends IssuedInvoice {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
}

/** The number of its invoice; null where nothing was due. */
interface ClosedRow {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
  readonly number: string | null;
}

const NOTHING: Billed = {
  issued: new Map(),
  documents: 0,
  lastCorrection: 0n,
  fees: new Map(),
  months: billingMonths.initial,
  revision: -1,
  unclosed: [],
};

const closeOf = ({ contract, month, number }: ClosedRow): CloseMonth =>
  number === null
    ? { contract, month, outcome: 'nothing-due' }
    : { contract, month, outcome: 'issued', number };

/** They are asked of page upon page of contracts. */
const INVOICES = prepared(
  'billed_invoices',
  `select contract, month, number, read_contract as "readContract", read_registry as "readRegistry" from document
   where kind = 'invoice' and contract = any($1::text[]) and position < $2::bigint order by contract, month`,
);
const CORRECTIONS = prepared(
  'billed_corrections',
  `select contract, count(*)::integer as documents, max(position) as last from document
   where kind = 'correction' and contract = any($1::text[]) and position < $2::bigint group by contract`,
);
const FEES = prepared(
  'billed_fees',
  `select fee.contract, fee.fee, document.month from invoiced_fee as fee join document using (number)
   where fee.contract = any($1::text[]) and document.position < $2::bigint`,
);
const CLOSED = prepared(
  'billed_closed',
  `select contract, month, number from closed_month where contract = any($1::text[])
   order by contract, revision`,
);

const LOG_END = 9_223_372_036_854_775_807n;

/** What billing had done for a contract when a position of its log had not been reached: of its documents alone. */
export async function billedBefore(sql: Sql, contract: ContractId, position: bigint): Promise<Billed> {
  return billedIn(await billedOf(sql, [contract], position), contract);
}

/** The same for many contracts. Contracts that billing has done nothing for are missing; see `billedIn`. */
export async function billedOf(
  sql: Sql,
  contracts: readonly ContractId[],
  before: bigint = LOG_END,
): Promise<ReadonlyMap<ContractId, Billed>> {
  const documents = await sql.query<DocumentRow>(INVOICES, [contracts, before]);
  const corrections = await sql.query<{ contract: ContractId; documents: number; last: bigint }>(
    CORRECTIONS,
    [contracts, before],
  );
  const fees = await sql.query<{ contract: ContractId; fee: FeeId; month: ServiceMonth }>(FEES, [
    contracts,
    before,
  ]);
  const closed = await sql.query<ClosedRow>(CLOSED, [contracts]);
  const documentsOf = groupByContract(documents);
  const feesOf = groupByContract(fees);
  const closedOf = groupByContract(closed);
  const correctionsOf = new Map(corrections.map((row) => [row.contract, row]));
  const known = new Set([...documentsOf.keys(), ...feesOf.keys(), ...closedOf.keys()]);
  return new Map(
    [...known].map((contract): [ContractId, Billed] => {
      const issued = documentsOf.get(contract) ?? [];
      const events = closedOf.get(contract) ?? [];
      const months = events.map(closeOf).reduce(withMonth, billingMonths.initial);
      const last = issued.at(-1);
      return [
        contract,
        {
          ...(last && { lastIssued: last.month }),
          issued: new Map(issued.map(({ month, contract: _contract, ...invoice }) => [month, invoice])),
          documents: issued.length + (correctionsOf.get(contract)?.documents ?? 0),
          lastCorrection: correctionsOf.get(contract)?.last ?? 0n,
          fees: new Map((feesOf.get(contract) ?? []).map(({ fee, month }) => [fee, month])),
          months,
          revision: events.length - 1,
          unclosed: issued
            .filter(({ month }) => months.issued[month] === undefined)
            .map(({ month, number }) => ({ month, number })),
        },
      ];
    }),
  );
}

/** What billing has done for a contract out of many. */
export const billedIn = (billed: ReadonlyMap<ContractId, Billed>, contract: ContractId): Billed =>
  billed.get(contract) ?? NOTHING;

/** Rows by their contract, in their order. */
export const groupByContract = <Row extends { readonly contract: ContractId }>(
  rows: readonly Row[],
): ReadonlyMap<ContractId, readonly Row[]> => groupBy(rows, ({ contract }) => contract);

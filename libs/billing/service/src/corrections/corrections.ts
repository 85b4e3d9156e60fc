import type { ContractId } from '@smartkey/kernel';
import {
  doubtfulInvoices,
  foreseen,
  lateFees,
  planContract,
  waitingOf,
  type BillingRun,
  type ContractPlan,
  type Invoice,
  type Waiting,
} from '@smartkey/billing-domain';
import { jstDayOf, type ServiceMonth } from '@smartkey/calendar';
import type { EventStore } from '@smartkey/event-store';
import { FIRST_MONTH_OF_TERMS } from '@smartkey/terms';
import { Turns } from '@smartkey/lifecycle';
import { profileIn } from '../billing-profile/profiles-as-of.query.ts';
import { billedIn, billedOf, groupByContract, type Billed } from '../documents/billed.query.ts';
import { correctedMonthsOf } from '../documents/corrected-months.query.ts';
import { monthsBelowZero, type MonthBelowZero } from '../documents/months-below-zero.query.ts';
import { factsOfContracts } from '../ledger/contract-facts.query.ts';
import { contractsWithLateFacts } from '../ledger/late-facts.query.ts';
import { documentsToCorrect } from '../rating/documents-to-correct.ts';
import { measureContracts, measureMonths, type MeasuredContract } from '../rating/measure-contracts.ts';
import { billingRunOf, toBill } from '../rating/rate-contracts.ts';
import type { SettingsInForce } from '../settings/settings-in-force.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import { billedCorrections } from './billed-corrections.ts';
import type { BilledBelowZero, Correction, CorrectionRow, CorrectionState } from './correction-view.ts';

/** Contracts looked at together. */
const PAGE = 100;
/** No month is closed for a look: only months that a later one has overtaken are not issued by it. */
const NOTHING_CLOSED = FIRST_MONTH_OF_TERMS;

/** A place in the list: behind so many rows of a contract. */
export interface CorrectionPlace {
  readonly contract: ContractId;
  readonly rows: number;
}

export interface CorrectionFilter {
  readonly state?: CorrectionState | undefined;
  /** The corrected invoice. */
  readonly number?: string | undefined;
}

/** What was put right of issued months, and what waits: by the function that closes go by. */
export class Corrections {
  constructor(
    private readonly reads: BillingReads,
    private readonly settings: SettingsLog,
    private readonly store: EventStore,
  ) {}

  /** All rows of one contract, by month. */
  async of(contract: ContractId, filter: CorrectionFilter = {}): Promise<readonly CorrectionRow[]> {
    return matching((await this.#rowsOf([contract])).get(contract) ?? [], filter);
  }

  /** What waits of one contract, by month. */
  async waitingOf(contract: ContractId): Promise<readonly Correction[]> {
    const rows = await this.of(contract, { state: 'waiting' });
    return rows.filter((row): row is Correction => row.state === 'waiting');
  }

  /** Rows of all contracts, contract by contract, behind a place: so many, and one more where there are more. */
  async page(
    after: CorrectionPlace | undefined,
    limit: number,
    filter: CorrectionFilter,
  ): Promise<readonly (CorrectionPlace & { readonly row: CorrectionRow })[]> {
    const found: (CorrectionPlace & { row: CorrectionRow })[] = [];
    const turns = new Turns();
    let last: ContractId | '' = after?.contract ?? '';
    const add = (contract: ContractId, rows: readonly CorrectionRow[], from: number): void =>
      matching(rows, filter)
        .slice(from)
        .forEach((row, index) => found.push({ contract, rows: from + index + 1, row }));
    if (after !== undefined)
      add(after.contract, (await this.#rowsOf([after.contract])).get(after.contract) ?? [], after.rows);
    while (found.length <= limit) {
      const contracts = await contractsWithLateFacts(this.reads.ledger.sql, last, PAGE);
      if (contracts.length === 0) break;
      const rows = await this.#rowsOf(contracts);
      for (const contract of contracts) add(contract, rows.get(contract) ?? [], 0);
      last = contracts.at(-1)!;
      await turns.next();
    }
    return found.slice(0, limit + 1);
  }

  async #rowsOf(
    contracts: readonly ContractId[],
  ): Promise<ReadonlyMap<ContractId, readonly CorrectionRow[]>> {
    const { documents, ledger, clock, parties } = this.reads;
    const settings = await this.settings.current();
    const billed = await billedOf(documents.sql, contracts);
    const measured = await ledger.snapshot(async (sql) => {
      const facts = await factsOfContracts(sql, contracts);
      const toRate = facts.map((each) => ({
        facts: each,
        billed: billedIn(billed, each.contract),
        profile: profileIn(new Map(), each.contract),
      }));
      return measureContracts(sql, toRate, { closing: NOTHING_CLOSED, overtaken: true, settings, parties });
    });
    const corrected = groupByContract(await correctedMonthsOf(documents.sql, contracts));
    const months = measured.map(({ facts, again }) => {
      const told = corrected.get(facts.contract) ?? [];
      return { facts, again: [...again, ...told.map(({ month }) => ({ month }))] };
    });
    const below = groupByContract(await monthsBelowZero(documents.sql, contracts));
    const parts = { documents, store: this.store, parties };
    const { documents: read } = await documentsToCorrect(parts, months);
    const run = billingRunOf(NOTHING_CLOSED, { day: jstDayOf(clock.now()), settings });
    const waiting = await this.#foreseen(measured, read, run, settings);
    return new Map(
      measured.map((contract): [ContractId, readonly CorrectionRow[]] => {
        const { contract: id } = contract.facts;
        const own = billedIn(billed, id);
        const numbers = new Set(
          (corrected.get(id) ?? []).flatMap(({ overtaken, month }) =>
            overtaken ? (own.issued.get(month)?.number ?? []) : [],
          ),
        );
        const rows: CorrectionRow[] = [
          ...billedCorrections(read.get(id) ?? [], numbers, (month) => own.issued.get(month)?.number),
          ...(waiting.get(id) ?? []),
          ...overtakenIn(contract, own, run),
          ...(below.get(id) ?? []).map(belowZeroRow),
        ];
        return [id, rows.sort((a, b) => (a.month < b.month ? -1 : a.month > b.month ? 1 : 0))];
      }),
    );
  }

  /** What no document says yet of issued months, and where it is going: next invoices that may come below 0 are looked at. */
  async #foreseen(
    contracts: readonly MeasuredContract[],
    documents: ReadonlyMap<ContractId, readonly Invoice[]>,
    run: BillingRun,
    settings: SettingsInForce,
  ): Promise<ReadonlyMap<ContractId, readonly Correction[]>> {
    const turns = new Turns();
    const found: {
      contract: MeasuredContract;
      waiting: readonly Waiting[];
      months: readonly ServiceMonth[];
    }[] = [];
    for (const contract of contracts) {
      const waiting = waitingOf(toBill(contract, documents.get(contract.facts.contract) ?? []), run);
      found.push({ contract, waiting, months: doubtfulInvoices(waiting) });
      await turns.next();
    }
    const wanted = found.flatMap(({ contract, months }) => months.map((month) => ({ ...contract, month })));
    const measured = await this.reads.ledger.snapshot((sql) =>
      measureMonths(sql, wanted, { settings, parties: this.reads.parties }),
    );
    const monthsOf = groupByContract(measured);
    const rows = new Map<ContractId, readonly Correction[]>();
    for (const { contract, waiting } of found) {
      const id = contract.facts.contract;
      const months = monthsOf.get(id) ?? [];
      const bill = toBill({ ...contract, months }, documents.get(id) ?? []);
      rows.set(
        id,
        foreseen(bill, waiting, run).map((each) => waitingRow(id, each)),
      );
      await turns.next();
    }
    return rows;
  }
}

const matching = (
  rows: readonly CorrectionRow[],
  { state, number }: CorrectionFilter,
): readonly CorrectionRow[] =>
  rows.filter(
    (row) => (state === undefined || row.state === state) && (number === undefined || row.number === number),
  );

const belowZeroRow = ({ contract, month, number, net }: MonthBelowZero): BilledBelowZero => ({
  contract,
  month,
  number,
  issued: net,
  state: 'billed',
  warning: 'billed-below-zero',
});

const waitingRow = (contract: ContractId, { amount, next: _next, ...row }: Waiting): Correction => ({
  contract,
  ...row,
  difference: amount,
  state: 'waiting',
});

/** The items of months that a later one has overtaken: nothing is billed for them yet. */
function overtakenIn(
  contract: MeasuredContract,
  { lastIssued, fees: invoiced, issued }: Billed,
  run: BillingRun,
): readonly Correction[] {
  if (lastIssued === undefined) return [];
  const { facts } = contract;
  const late = new Set(lateFees({ life: facts, fees: facts.fees, invoiced, issued }).map(({ fee }) => fee));
  const fees = facts.fees.filter(({ fee, amount }) => !late.has(fee) && amount !== '0');
  const plan: ContractPlan = planContract(
    { ...toBill(contract, []), again: [], fees, issued: { has: (month) => issued.has(month) } },
    { ...run, correcting: [] },
  );
  return plan.documents.flatMap(({ draft }) =>
    draft.lines.flatMap(({ item, fee, taxCode, amount }): Correction[] =>
      item === 'adjustment' || item === 'credit'
        ? []
        : [
            {
              contract: facts.contract,
              month: draft.month,
              number: null,
              item,
              ...(fee !== undefined && { fee }),
              taxCode,
              ground: 'error',
              issued: '0',
              shouldBe: amount,
              difference: amount,
              causes: [],
              state: 'waiting',
              goesTo: 'next-invoice',
            },
          ],
    ),
  );
}

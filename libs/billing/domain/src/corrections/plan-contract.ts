import { lastDayOf, monthOfDay, type ServiceMonth } from '@smartkey/calendar';
import { draftInvoice, type DraftOutcome, type ParkReason } from '../invoice/draft-invoice.ts';
import {
  outstanding,
  type ArisenFee,
  type MeasuredMonth,
  type OutstandingFee,
} from '../invoice/invoice-inputs.ts';
import type { Invoice } from '../invoice/invoice.ts';
import type { UnnumberedLine } from '../invoice/rating-lines.ts';
import { policyIn } from '../policies/billing-policy.ts';
import { taxCodeOn } from '../tax/tax-code.ts';
import { billedItems } from './billed-items.ts';
import type { BillingRun, ContractPlan, ContractToBill, PlannedDocument, Waiting } from './contract-plan.ts';
import { adjustmentLines, type LinesContext } from './correction-lines.ts';
import { differencesIn, inOrderOf, rateAgain, type Difference } from './differences.ts';
import { draftCorrection, ratedAgain } from './draft-correction.ts';
import { groundsOf, type Grounds } from './late-fact.ts';
import { issuedMonth, monthAmong, type Counted, type IssuedMonth } from './issued-month.ts';
import { isOwed, lateFees, owesInvoice, type BillableContract } from './next-invoice.ts';
import { Destinations, isKeptOff } from './where-differences-go.ts';

type Parked = NonNullable<ContractPlan['parked']>;

/**
 * The documents that a run makes of a contract (rules: Invoices, Corrections): ordinary invoices of its months in order with the
 * adjustments and late fees meant for them, then corrections. Pure. What was planned may be issued in part, or not at all: planned again
 * from what is issued then, the rest comes out.
 */
export function planContract(contract: ContractToBill, run: BillingRun): ContractPlan {
  const steps = planInSteps(contract, run);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same month by month: whoever has others to serve may do so between two steps. */
export function* planInSteps(contract: ContractToBill, run: BillingRun): Generator<void, ContractPlan> {
  const first = yield* new Planning(contract, run).plan();
  // A contract that is parked gets nothing from that month on, and no correction: what had counted on them is planned without.
  return first.parked === undefined ? first : yield* new Planning(contract, run, first.parked).plan();
}

class Planning {
  readonly #months = new Map<ServiceMonth, IssuedMonth>();
  readonly #differences: Difference[] = [];
  readonly #late: readonly ArisenFee[];
  readonly #upTo: ServiceMonth;
  readonly #documents: PlannedDocument[] = [];
  readonly #nothingDue: ServiceMonth[] = [];
  /** Fees that stand on a document, those of this run among them. */
  readonly #invoiced: BillableContract['invoiced'];
  readonly #carried = new Set<string>();
  readonly #destinations: Destinations;
  readonly #taken = new Set<Difference | ArisenFee>();
  readonly #billed: LinesContext['billed'];
  #parked: Parked | undefined;

  constructor(
    private readonly contract: ContractToBill,
    private readonly run: BillingRun,
    parked?: Parked,
  ) {
    this.#parked = parked;
    this.#upTo = run.upTo ?? monthOfDay(run.day);
    this.#late = lateFees(contract);
    this.#invoiced = { has: (fee) => contract.invoiced.has(fee) || this.#carried.has(fee) };
    this.#billed = billedItems(contract.documents);
    this.#destinations = new Destinations(contract, run, this.#upTo, this.#months);
  }

  *plan(): Generator<void, ContractPlan> {
    yield* this.#rateAgain();
    yield* this.#invoices();
    if (this.#parked === undefined) yield* this.#corrections();
    const { contract } = this.contract;
    return {
      contract,
      documents: this.#documents,
      nothingDue: this.#nothingDue,
      waiting: this.#waiting(),
      ...(this.#parked && { parked: this.#parked }),
    };
  }

  *#invoices(): Generator<void, void> {
    for (const month of this.contract.months) {
      yield;
      const name = typeof month === 'string' ? month : month.month;
      if (this.#parked !== undefined && name >= this.#parked.month) return;
      if (typeof month === 'string' || !owesInvoice(this.contract, name)) this.#nothingDue.push(name);
      else if (!this.#invoice(month)) return;
    }
  }

  *#rateAgain(): Generator<void, void> {
    const { again, fees } = this.contract;
    for (const measured of again) {
      yield;
      const invoice = this.#invoiceOf(measured.month);
      const month = issuedMonth(invoice, measured, this.run.policyOfVersion);
      if (typeof month === 'string') {
        this.#park(measured.month, { code: 'not-ratable', detail: month });
        continue;
      }
      this.#months.set(measured.month, month);
      const rated = rateAgain(month);
      if ('code' in rated) this.#park(measured.month, rated);
      else this.#differences.push(...differencesIn(month, rated, this.#billed, fees));
    }
    this.#differences.sort(inOrderOf(fees));
  }

  /** @throws RangeError where it was not handed in. */
  #invoiceOf(month: ServiceMonth): Invoice {
    const found = this.contract.documents.find((each) => each.kind === 'invoice' && each.month === month);
    if (found === undefined) throw new RangeError(`${month} has no invoice to look at again`);
    return found;
  }

  #park(month: ServiceMonth, reason: ParkReason): void {
    if (this.#parked === undefined || month < this.#parked.month) this.#parked = { month, reason };
  }

  /** Of a next invoice that this run makes: differences that would stand on it but for their ended code. */
  #keptOff(month: ServiceMonth): readonly (Difference | ArisenFee)[] {
    const next = (each: ServiceMonth): boolean =>
      this.#destinations.next(each) === month && !this.#destinations.isApart(each);
    return [
      ...this.#differences.filter((each) => isKeptOff(each.taxCode, month) && next(each.month)),
      ...this.#late.filter((fee) => isKeptOff(codeOf(fee), month) && next(monthOfDay(fee.arisenOn))),
    ];
  }

  /** @returns whether the month's invoice could be drawn up. */
  #invoice(measured: MeasuredMonth): boolean {
    const { month } = measured;
    const meant = this.#differences.filter(
      (each) => this.#destinations.of(each.month, each.taxCode) === month,
    );
    const late = this.#late.filter(
      (fee) => this.#destinations.of(monthOfDay(fee.arisenOn), codeOf(fee)) === month,
    );
    const fees = [...this.#ownFees(month), ...late].map(outstanding);
    const inputs = { ...measured, fees: this.#inOrderOfEntry(fees) };
    const lines = adjustmentLines(meant, this.#context());
    const draftWith = (adjustments: readonly UnnumberedLine[]): DraftOutcome => {
      try {
        return draftInvoice(inputs, policyIn(this.run.policies, month), this.run.rules, adjustments);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const reason = { code: 'not-ratable' as const, detail: `${month}: cannot be rated: ${why}` };
        return { outcome: 'parked', reason };
      }
    };
    const whole = draftWith(lines);
    const stands = lines.length === 0 || (whole.outcome === 'draft' && !whole.draft.total.startsWith('-'));
    const outcome = stands ? whole : draftWith([]);
    if (outcome.outcome !== 'draft') {
      if (outcome.outcome === 'parked') this.#park(month, outcome.reason);
      return false;
    }
    const carried = stands ? meant : [];
    const leaves = [...(stands ? [] : meant), ...this.#keptOff(month)];
    const apart = this.#numbersOf(leaves);
    const again = ratedAgain(carried, this.#context());
    const { draft } = outcome;
    this.#documents.push({
      draft: {
        ...draft,
        basis: { ...draft.basis, ...(again.length > 0 && { again: again.map(({ rated }) => rated) }) },
        ...(apart.length > 0 && { apart }),
      },
      from: { inputs, ...(again.length > 0 && { again: again.map(({ from }) => from) }) },
    });
    for (const each of [...carried, ...late]) this.#taken.add(each);
    this.#destinations.leaveApart(apart);
    for (const { fee } of fees) this.#carried.add(fee);
    return true;
  }

  /** What arose in the month itself; the initial fee of 0 yen stands on the first invoice that is drawn up. */
  #ownFees(month: ServiceMonth): readonly ArisenFee[] {
    return this.contract.fees.filter((fee) =>
      fee.amount === '0'
        ? !fee.waived && !this.#invoiced.has(fee.fee) && fee.arisenOn <= lastDayOf(month)
        : monthOfDay(fee.arisenOn) === month && isOwed(fee, this.#invoiced),
    );
  }

  #inOrderOfEntry(fees: readonly OutstandingFee[]): readonly OutstandingFee[] {
    const wanted = new Map(fees.map((fee) => [fee.fee, fee]));
    return this.contract.fees.flatMap(({ fee }) => wanted.get(fee) ?? []);
  }

  #numbersOf(leaves: readonly (Difference | ArisenFee)[]): readonly string[] {
    const numbers = leaves.map((each) =>
      'number' in each ? each.number : monthAmong(this.#months, monthOfDay(each.arisenOn)).invoice.number,
    );
    return [...new Set(numbers)];
  }

  /** One correction for each invoice that has something left and no next invoice, or that the run's own invoice left apart. */
  *#corrections(): Generator<void, void> {
    const left = this.#differences.filter(
      (each) => !this.#taken.has(each) && this.#destinations.isLeft(each.month),
    );
    const fees = this.#late.filter(
      (fee) => !this.#taken.has(fee) && this.#destinations.isLeft(monthOfDay(fee.arisenOn)),
    );
    const months = new Set([
      ...left.map(({ month }) => month),
      ...fees.map((fee) => monthOfDay(fee.arisenOn)),
    ]);
    const made: PlannedDocument[] = [];
    const { correcting } = this.run;
    for (const month of [...months].sort()) {
      if (correcting !== undefined && !correcting.includes(month)) continue;
      yield;
      const differences = left.filter((each) => each.month === month);
      const ofMonth = fees.filter((fee) => monthOfDay(fee.arisenOn) === month);
      const correction = draftCorrection(month, differences, ofMonth, this.#context());
      if ('code' in correction) return this.#park(month, correction);
      made.push(correction);
      for (const each of [...differences, ...ofMonth]) this.#taken.add(each);
    }
    this.#documents.push(...made);
  }

  #context(): LinesContext {
    const { documents, lateFacts, wasRead } = this.contract;
    const drafts = this.#documents.map(({ draft }): Counted => draft);
    return {
      months: this.#months,
      billed: this.#billed,
      issued: documents,
      documents: [...documents, ...drafts],
      lateFacts,
      wasRead,
      rules: this.run.rules,
    };
  }

  #waiting(): readonly Waiting[] {
    const { documents, lateFacts, wasRead } = this.contract;
    const waits = (item: Omit<Waiting, 'goesTo' | 'next' | keyof Grounds>): Waiting => {
      const next = this.#destinations.next(item.month);
      const stands = next !== undefined && !isKeptOff(item.taxCode, next);
      return {
        ...item,
        ...groundsOf(item, documents, lateFacts, wasRead),
        ...(stands ? { goesTo: 'next-invoice', next } : { goesTo: 'correction' }),
      };
    };
    return [
      ...this.#differences
        .filter((each) => !this.#taken.has(each))
        .map(({ description: _description, date: _date, ...each }) => waits(each)),
      ...this.#late
        .filter((fee) => !this.#taken.has(fee))
        .map(({ fee, kind, amount, arisenOn, taxCode }) => {
          const month = monthOfDay(arisenOn);
          return waits({
            month,
            item: kind === 'initial' ? 'initial-fee' : 'one-time-fee',
            fee,
            taxCode: taxCodeOn(arisenOn, taxCode),
            number: this.#invoiceOf(month).number,
            issued: '0',
            shouldBe: amount,
            amount,
          });
        }),
    ];
  }
}

const codeOf = (fee: ArisenFee) => taxCodeOn(fee.arisenOn, fee.taxCode);

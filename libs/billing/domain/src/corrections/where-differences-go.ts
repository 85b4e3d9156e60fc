import type { ServiceMonth } from '@smartkey/calendar';
import { formOf } from '../invoice/invoice-form.ts';
import type { Invoice } from '../invoice/invoice.ts';
import { hasEnded } from '../tax/tax-code.ts';
import type { BillingRun, ContractToBill } from './contract-plan.ts';
import type { Difference } from './differences.ts';
import type { IssuedMonth } from './issued-month.ts';
import { nextInvoice } from './next-invoice.ts';

/** Where differences and late fees of issued months go in a run: to a next invoice, or to a correction (rules: Corrections). */
export class Destinations {
  /** Invoices whose differences do not stand on the next invoice that the run made: it corrects them, or they wait if it is parked. */
  readonly #apart: Set<string>;
  readonly #nexts = new Map<ServiceMonth, ServiceMonth | undefined>();

  /** @param months the issued months that were rated again, as they come. */
  constructor(
    private readonly contract: ContractToBill,
    run: BillingRun,
    private readonly upTo: ServiceMonth,
    private readonly months: ReadonlyMap<ServiceMonth, IssuedMonth>,
  ) {
    // What an invoice of this very run left apart: the run was cut short behind it.
    this.#apart = new Set(
      contract.documents.flatMap((document, index) =>
        run.made(document)
          ? (document.apart ?? []).filter((number) => !isCorrectedAfter(contract.documents, index, number))
          : [],
      ),
    );
  }

  /** The next invoice of an issued month, as it was before this run: what this run makes of it is known by what is taken. */
  next(month: ServiceMonth): ServiceMonth | undefined {
    if (!this.#nexts.has(month)) this.#nexts.set(month, nextInvoice(this.contract, month, this.upTo));
    return this.#nexts.get(month);
  }

  /** Where a difference or late fee of an issued month goes; an ended code stands on no invoice from 2023-10 on. */
  of(month: ServiceMonth, taxCode: Difference['taxCode']): ServiceMonth | 'correction' {
    const next = this.next(month);
    if (next === undefined || this.isApart(month)) return 'correction';
    return isKeptOff(taxCode, next) ? 'correction' : next;
  }

  isApart(month: ServiceMonth): boolean {
    const number = this.months.get(month)?.invoice.number;
    return number !== undefined && this.#apart.has(number);
  }

  /** Whether a correction takes it up now: it has no next invoice, or one that is made in this run and does not carry it. */
  isLeft(month: ServiceMonth): boolean {
    return this.next(month) === undefined || this.isApart(month);
  }

  /** An invoice of this run does not carry what these left for it. */
  leaveApart(numbers: readonly string[]): void {
    for (const number of numbers) this.#apart.add(number);
  }
}

/** An invoice of a month from 2023-10 carries nothing of a tax code that has ended (適格請求書). */
export const isKeptOff = (taxCode: Difference['taxCode'], month: ServiceMonth): boolean =>
  formOf(month) === 'qualified' && hasEnded(taxCode, month);

const isCorrectedAfter = (documents: readonly Invoice[], index: number, number: string): boolean =>
  documents.slice(index + 1).some(({ corrects }) => corrects?.number === number);

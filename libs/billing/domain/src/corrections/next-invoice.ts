import { monthOfDay, nextMonth, type ServiceMonth } from '@smartkey/calendar';
import { billingWindowIn, type ServiceTerm } from '@smartkey/terms';
import type { ArisenFee } from '../invoice/invoice-inputs.ts';

/** What decides which months of a contract get an ordinary invoice. */
export interface BillableContract {
  readonly life: ServiceTerm;
  /** In the order of their entry. */
  readonly fees: readonly ArisenFee[];
  /** Fees that stand on a document. */
  readonly invoiced: Pick<ReadonlySet<string>, 'has'>;
  /** Months that have their ordinary invoice. */
  readonly issued: Pick<ReadonlySet<ServiceMonth>, 'has'>;
}

/** Whether a fee is owed and on no document: it is above 0 yen and not waived. */
export const isOwed = (fee: ArisenFee, invoiced: BillableContract['invoiced']): boolean =>
  !fee.waived && fee.amount !== '0' && !invoiced.has(fee.fee);

/** Whether a month that is not issued gets an ordinary invoice: it meets the billing window, or owes a fee that arose in it. */
export const owesInvoice = ({ life, fees, invoiced }: BillableContract, month: ServiceMonth): boolean =>
  billingWindowIn(life, month) !== undefined ||
  fees.some((fee) => monthOfDay(fee.arisenOn) === month && isOwed(fee, invoiced));

/**
 * The next invoice of an issued month: the ordinary invoice of the first later month, up to a month, that is not issued and
 * meets the window or owes a fee.
 */
export function nextInvoice(
  contract: BillableContract,
  month: ServiceMonth,
  upTo: ServiceMonth,
): ServiceMonth | undefined {
  for (let later = nextMonth(month); later <= upTo; later = nextMonth(later))
    if (!contract.issued.has(later) && owesInvoice(contract, later)) return later;
  return undefined;
}

/** Late fees: owed, on no document, of a month that is issued. */
export const lateFees = ({ fees, invoiced, issued }: BillableContract): readonly ArisenFee[] =>
  fees.filter((fee) => isOwed(fee, invoiced) && issued.has(monthOfDay(fee.arisenOn)));

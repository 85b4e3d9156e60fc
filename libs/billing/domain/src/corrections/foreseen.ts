import type { ServiceMonth } from '@smartkey/calendar';
import type { InvoiceDraft } from '../invoice/invoice.ts';
import type { BillingRun, ContractToBill, Waiting } from './contract-plan.ts';
import { planContract } from './plan-contract.ts';

/** What waits of a contract. Whether what is meant for a next invoice will stand on it, is told by {@link foreseen}. */
export const waitingOf = (contract: ContractToBill, run: BillingRun): readonly Waiting[] =>
  planContract({ ...contract, months: [] }, { ...run, correcting: [] }).waiting;

/** The next invoices that what waits for them may bring below 0: none is, by what raises it alone. */
export const doubtfulInvoices = (waiting: readonly Waiting[]): readonly ServiceMonth[] =>
  [...new Set(waiting.flatMap(({ next, amount }) => (next && amount.startsWith('-') ? [next] : [])))].sort();

/**
 * Where what waits goes if nothing else comes (rules: Corrections): an invoice that it would bring below 0 carries no adjustment, and a
 * correction does instead.
 * @param contract with the months of the {@link doubtfulInvoices}, each measured as a whole; one that cannot be drawn up is waited for.
 */
export function foreseen(
  contract: ContractToBill,
  waiting: readonly Waiting[],
  run: BillingRun,
): readonly Waiting[] {
  if (contract.months.length === 0) return waiting;
  const { documents } = planContract(contract, { ...run, correcting: [] });
  const invoices = new Map(documents.map(({ draft }) => [draft.month, draft]));
  return waiting.map((each): Waiting => {
    const invoice = each.next && invoices.get(each.next);
    if (invoice === undefined || carries(invoice, each)) return each;
    const { next: _next, ...row } = each;
    return { ...row, goesTo: 'correction' };
  });
}

const carries = ({ lines }: InvoiceDraft, { month, item, fee, taxCode }: Waiting): boolean =>
  lines.some((line) =>
    line.corrects === undefined
      ? fee !== undefined && line.fee === fee
      : line.corrects.month === month &&
        line.corrects.item === item &&
        line.corrects.fee === fee &&
        line.taxCode === taxCode,
  );

import type { ContractId, FeeId } from '@smartkey/kernel';
import type { Message } from '@smartkey/event-bus';
import { issuedMonthBy } from '@smartkey/facts';
import type { BillingMessages } from '@smartkey/messages';
import type { Projection } from '@smartkey/projections';
import { TableRows } from '@smartkey/database';

/** The one-time fees that an invoice, or the correction of one, carries, with the month whose invoice that is. */
function feesBilledBy({
  type,
  contract,
  data,
}: Message): readonly { readonly contract: ContractId; readonly fee: FeeId; readonly month: string }[] {
  if ((type !== 'InvoiceIssued' && type !== 'CorrectionIssued') || contract === undefined) return [];
  const { month, lines } = data as BillingMessages['InvoiceIssued' | 'CorrectionIssued'];
  return lines.flatMap(({ item, fee }) =>
    item === 'one-time-fee' && fee !== undefined ? [{ contract, fee, month }] : [],
  );
}

const ISSUED = new TableRows(
  'issued_month',
  { contract: 'text', month: 'text', number: 'text' },
  { onConflict: 'skip' },
);
const FEES = new TableRows(
  'billed_fee',
  { contract: 'text', fee: 'text', month: 'text' },
  { onConflict: 'skip' },
);

/** Which service months of a contract are issued, under which number, and which fees stand on their documents (Invoices: late facts). */
export const issuedMonthsProjection: Projection = {
  name: 'issued-months',
  version: 2,
  sources: ['billing'],
  ddl: `
    create table issued_month (contract text, month text, number text not null, primary key (contract, month));
    create table billed_fee (contract text, fee text, month text not null, primary key (contract, fee))`,

  async apply(tx, messages) {
    const issued = messages.flatMap((message) => issuedMonthBy(message) ?? []);
    await ISSUED.insert(tx, issued);
    await FEES.insert(tx, messages.flatMap(feesBilledBy));
  },
};

import type { ContractId, FeeId } from '@smartkey/kernel';
import type { Message } from '@smartkey/event-bus';
import { issuedMonthBy } from '@smartkey/facts';
import type { BillingMessages } from '@smartkey/messages';
import type { Projection } from '@smartkey/projections';

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
    if (issued.length > 0)
      await tx.execute(
        'insert into issued_month select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing',
        [
          issued.map(({ contract }) => contract),
          issued.map(({ month }) => month),
          issued.map(({ number }) => number),
        ],
      );
    const fees = messages.flatMap(feesBilledBy);
    if (fees.length > 0)
      await tx.execute(
        'insert into billed_fee select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing',
        [fees.map(({ contract }) => contract), fees.map(({ fee }) => fee), fees.map(({ month }) => month)],
      );
  },
};

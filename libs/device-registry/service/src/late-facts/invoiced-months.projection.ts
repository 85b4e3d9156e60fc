import type { ContractId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';
import { TableRows } from '@smartkey/database';
import { issuedMonthBy, type InvoicedMonth } from '@smartkey/facts';
import type { Projection, ProjectionReader } from '@smartkey/projections';

const ISSUED = new TableRows(
  'issued_month',
  { contract: 'text', month: 'text', number: 'text' },
  { onConflict: 'skip' },
);

/**
 * Which service months of a contract are issued: a fact that lies in one is answered with it. Billing waits for this service and
 * not the other way round, so no watermark waits for this.
 */
export const invoicedMonthsProjection: Projection = {
  name: 'issued-months',
  version: 2,
  sources: ['billing'],
  ddl: 'create table issued_month (contract text, month text, number text not null, primary key (contract, month))',

  async apply(tx, messages) {
    const issued = messages.flatMap((message) => issuedMonthBy(message) ?? []);
    await ISSUED.insert(tx, issued);
  },
};

export class InvoicedMonths {
  constructor(private readonly reader: ProjectionReader) {}

  /** The issued ones from a month to another, both included, in order. */
  async between(
    contract: ContractId,
    from: ServiceMonth,
    to: ServiceMonth,
  ): Promise<readonly InvoicedMonth[]> {
    return this.reader.sql.query<InvoicedMonth>(
      'select month, number from issued_month where contract = $1 and month between $2 and $3 order by month',
      [contract, from, to],
    );
  }
}

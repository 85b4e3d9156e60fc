import type { Issued } from '@smartkey/contract-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { ProjectionReader } from '@smartkey/projections';
import type { IssuedMonth } from './issued-months.projection.ts';

/** What is issued of one contract, with the numbers of its invoices. */
export interface IssuedOfContract extends Issued {
  readonly numbers: ReadonlyMap<ServiceMonth, string>;
}

/** What is known here of billing's documents. */
export class IssuedMonths {
  constructor(private readonly reader: ProjectionReader) {}

  async of(contract: string): Promise<IssuedOfContract> {
    const issued = await this.reader.sql.query<IssuedMonth>(
      'select month, number from issued_month where contract = $1 order by month',
      [contract],
    );
    const fees = await this.reader.sql.query<{ fee: string; month: ServiceMonth }>(
      'select fee, month from billed_fee where contract = $1',
      [contract],
    );
    return {
      months: issued.map(({ month }) => month),
      fees: Object.fromEntries(fees.map(({ fee, month }) => [fee, month])),
      numbers: new Map(issued.map(({ month, number }) => [month, number])),
    };
  }
}

import type { ServiceMonth } from '@smartkey/calendar';
import type { BillingMessages } from '@smartkey/messages';
import type { Projection, ProjectionReader } from '@smartkey/projections';

/** Which service months of a contract are issued: a quote that changes what governs one needs more words (別紙1). */
export const issuedMonthsProjection: Projection = {
  name: 'issued-months',
  version: 1,
  sources: ['billing'],
  ddl: 'create table issued_month (contract text, month text, primary key (contract, month))',

  async apply(tx, messages) {
    const issued = messages.flatMap(({ type, contract, data }) => {
      if (type !== 'MonthClosed' || contract === undefined) return [];
      const { month, outcome } = data as BillingMessages['MonthClosed'];
      return outcome === 'issued' ? [{ contract, month }] : [];
    });
    if (issued.length === 0) return;
    await tx.execute(
      `insert into issued_month select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
      [issued.map(({ contract }) => contract), issued.map(({ month }) => month)],
    );
  },
};

export class IssuedMonths {
  constructor(private readonly reader: ProjectionReader) {}

  async of(contract: string): Promise<readonly ServiceMonth[]> {
    const rows = await this.reader.sql.query<{ month: ServiceMonth }>(
      'select month from issued_month where contract = $1 order by month',
      [contract],
    );
    return rows.map(({ month }) => month);
  }
}

import type { Invoice } from '@smartkey/billing-domain';
import { counted, ERASED, type StatementRow } from './statement.ts';

/**
 * The statement of an invoice as rows of a CSV, its head first: number of the invoice, service month, external id (消去済 where it was
 * erased), used days, coefficient, fee in yen.
 * @throws StatementRefusedError, also after rows were given: a file counts only once it is whole
 */
export async function* statementCsvRows(
  invoice: Invoice,
  rows: AsyncIterable<StatementRow>,
): AsyncGenerator<readonly string[]> {
  yield ['number', 'month', 'externalId', 'usedDays', 'coefficient', 'fee'];
  for await (const { externalId, usedDays, coefficient, fee } of counted(invoice, rows))
    yield [invoice.number, invoice.month, externalId ?? ERASED, String(usedDays), coefficient, fee];
}

import { bookedLines, CANONICAL, cellsOf, customerCodeOf } from '@smartkey/billing-domain';
import { csvBytes, type CsvEncoding } from '@smartkey/http';
import type { BillingProfiles } from '../billing-profile/billing-profiles.ts';
import type { ExportSettingsStream } from '../export-settings/export-settings-stream.ts';
import type { LoggedInvoice } from '../log/invoice-log.ts';

const CANONICAL_COLUMNS: readonly string[] = CANONICAL.columns.map(({ name }) => name);

/** One document as canonical CSV for people, by the settings and the customer code of now. */
export class InvoiceCsv {
  constructor(
    private readonly settings: ExportSettingsStream,
    private readonly profiles: BillingProfiles,
  ) {}

  /** @throws ProblemException 422 `not-encodable`. */
  async bytesOf({ invoice, revision, hash }: LoggedInvoice, encoding: CsvEncoding): Promise<Buffer> {
    const { accountCodes, postingDate } = (await this.settings.current()).settings;
    const customerCode = customerCodeOf(await this.profiles.of(invoice.contract), invoice.contract);
    const rows = bookedLines(invoice, { customerCode, postingDate }).map((line) =>
      cellsOf(CANONICAL, { line, exportBatchId: '', revision, eventHash: hash, accountCodes }),
    );
    return csvBytes(CANONICAL_COLUMNS, rows, encoding);
  }
}

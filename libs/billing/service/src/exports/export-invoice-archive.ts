import type { ExportFault, Invoice } from '@smartkey/billing-domain';
import { ProblemException } from '@smartkey/http';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import type { DocumentFiles } from '../renditions/document-files.ts';
import { writeArchive, type ArchivedFile } from './export-archive.ts';
import type { ExportFiles } from './export-files.ts';
import type { WrittenSheets } from './export-sheets.ts';

/** Collects the e-invoices of documents, as they were rendered, in an archive. */
export class ExportInvoiceArchive {
  readonly #files: ArchivedFile[] = [];

  constructor(
    private readonly files: ExportFiles,
    private readonly id: string,
    private readonly documents: Pick<DocumentFiles, 'find'>,
  ) {}

  /**
   * @returns what the document lacks, by field.
   * @throws ProblemException 503 where its file is on its way.
   */
  async append({ invoice }: LoggedInvoice): Promise<readonly ExportFault[]> {
    try {
      const { content } = await this.documents.find(invoice, 'jp-pint');
      this.#files.push({ name: `${invoice.number}.xml`, bytes: () => content });
      return [];
    } catch (error) {
      if (error instanceof ProblemException && error.status < 500) return faultsOf(invoice, error);
      throw error;
    }
  }

  async end(): Promise<WrittenSheets> {
    const written = await writeArchive(this.#files, this.files.write(this.id));
    return { ...written, rows: this.#files.length };
  }
}

/** Why there is no e-invoice of a document: what it lacks, or that it is of a month before 2023-10. */
function faultsOf({ number }: Invoice, { code, detail, more }: ProblemException): readonly ExportFault[] {
  const { errors = [{ pointer: '/month', rule: code, detail }] } = more;
  return errors.map(({ pointer, ...rest }) => ({ number, field: pointer.replace(/^\//, ''), ...rest }));
}

import type { FileKind, Invoice, Rendition } from '@smartkey/billing-domain';
import type { JstDay } from '@smartkey/calendar';
import { CsvEncoder } from '@smartkey/http';
import { ended, pagesBehind } from '@smartkey/lifecycle';
import type { ProjectionReader } from '@smartkey/projections';
import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { listInvoices, type InvoiceFilter } from '../invoices/invoice-list.query.ts';
import type { InvoiceLog } from '../log/invoice-log.ts';
import type { DocumentRenderer } from '../renditions/document-renderer.ts';
import type { StoredFiles } from '../renditions/stored-files.ts';
import { addFile } from './add-file.ts';
import { INDEX_COLUMNS, indexRow, type IndexedFile } from './selection-index.ts';

/** Documents that are looked up at once. */
const PAGE = 100;
/** Bytes that wait for whoever reads the file: with more, nothing is read from the database. */
const WAITING_BYTES = 1024 * 1024;

const SUFFIXES: Readonly<Record<FileKind, string>> = { pdf: 'pdf', 'jp-pint': 'xml' };

/** Hears which documents were taken along. */
type Taken = (documents: readonly Invoice[]) => Promise<void>;

/** A selection of documents as one file: their PDFs and JP PINT files, and an index of them at its end. */
export class SelectionZip {
  constructor(
    private readonly documents: ProjectionReader,
    private readonly invoices: InvoiceLog,
    private readonly renderer: DocumentRenderer,
    private readonly files: StoredFiles,
  ) {}

  /**
   * As it is read, so that ten thousand documents need no more memory than a few. What is not rendered yet is rendered on the way.
   * @param taken hears of the documents whose files were read, some at a time, all of them before the end. Where it fails, so does the file.
   */
  read(filter: InvoiceFilter, day: JstDay, taken: Taken = () => Promise.resolve()): Readable {
    const zip = new ZipFile();
    const output = new PassThrough({ highWaterMark: WAITING_BYTES });
    zip.outputStream.pipe(output);
    zip.on('error', (error: Error) => output.destroy(error));
    this.#write(zip, output, filter, day, taken).catch((error: unknown) =>
      output.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    return output;
  }

  async #write(
    zip: ZipFile,
    output: PassThrough,
    filter: InvoiceFilter,
    day: JstDay,
    taken: Taken,
  ): Promise<void> {
    const csv = new CsvEncoder(INDEX_COLUMNS, 'utf-8-bom');
    const index: Buffer[] = [csv.head()];
    const telling = new OneAtATime();
    const rowsBehind = (after: bigint, limit: number) =>
      listInvoices(this.documents.sql, filter, after, limit);
    const pages = pagesBehind({
      size: PAGE,
      from: 0n,
      read: rowsBehind,
      placeOf: ({ position }) => position,
    });
    for await (const rows of pages) {
      const logged = await this.invoices.findMany(rows.map(({ number }) => number));
      const page: (readonly string[])[] = [];
      const read: Invoice[] = [];
      for (const { invoice } of logged) {
        if (output.destroyed) return;
        const state = await this.renderer.render(invoice.number);
        const pdf = await this.#add(zip, output, invoice, state, 'pdf');
        const jpPint = await this.#add(zip, output, invoice, state, 'jp-pint');
        page.push(indexRow(invoice, { pdf, jpPint }));
        if ((pdf ?? jpPint) !== undefined) read.push(invoice);
      }
      if (read.length > 0) await telling.begin(() => taken(read));
      index.push(csv.page(page));
    }
    await telling.end();
    zip.addBuffer(Buffer.concat(index), 'index.csv', optionsOf(day));
    zip.end();
  }

  async #add(
    zip: ZipFile,
    output: PassThrough,
    { number, issuedOn }: Invoice,
    { files }: Rendition,
    kind: FileKind,
  ): Promise<IndexedFile | undefined> {
    const file = files[kind];
    if (file === undefined) return undefined;
    const name = `${number}.${SUFFIXES[kind]}`;
    await addFile({ zip, output }, name, optionsOf(issuedOn), this.files.read(file.sha256));
    return { name, sha256: file.sha256 };
  }
}

/** Work beside other work, of which the next piece waits for the one before. */
class OneAtATime {
  #last: Promise<void> = Promise.resolve();

  /** @throws what the piece before failed with */
  async begin(piece: () => Promise<void>): Promise<void> {
    await this.#last;
    this.#last = piece();
    // Whoever begins the next piece or ends is told.
    void ended(this.#last);
  }

  /** @throws what the last piece failed with */
  end(): Promise<void> {
    return this.#last;
  }
}

/** Files bear the day of their document, not the one on which somebody took them: in the form that knows no time zone. */
function optionsOf(day: JstDay) {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return { mtime: new Date(year, month - 1, date), forceDosTimestamp: true, mode: 0o100644 };
}

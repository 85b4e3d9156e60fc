import {
  FAULTS_TOLD,
  issuerEntryIn,
  NO_TOTALS,
  withDocument,
  type ControlTotals,
  type ExportFault,
  type ExportRequested,
  type FileContent,
} from '@smartkey/billing-domain';
import { profileIn, profilesAsOf } from '../billing-profile/profiles-as-of.query.ts';
import { profilesUpToDate } from '../billing-profile/profiles-up-to-date.ts';
import { BooksBehindError } from '../documents/books-up-to-date.ts';
import type { EventStore } from '@smartkey/event-store';
import { ProblemException } from '@smartkey/http';
import { pagesBehind, TransientError, Turns } from '@smartkey/lifecycle';
import type { ExportSettingsStream } from '../export-settings/export-settings-stream.ts';
import type { InvoiceLog } from '../log/invoice-log.ts';
import { documentsOfPage } from '../invoices/documents-of-page.ts';
import type { DocumentFiles } from '../renditions/document-files.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import type { ExportFiles } from './export-files.ts';
import { sheetNameOf } from './export-name.ts';
import { ExportInvoiceArchive } from './export-invoice-archive.ts';
import { ExportTableWriter } from './export-table-writer.ts';
import { placesSelected, selectedPage, type SelectedDocument } from './selected-documents.query.ts';

/** Documents in memory at once: each may have thousands of lines. */
const PAGE = 100;

export interface WriterParts {
  readonly reads: BillingReads;
  readonly store: EventStore;
  readonly invoices: InvoiceLog;
  readonly files: ExportFiles;
  readonly settings: SettingsLog;
  readonly exportSettings: ExportSettingsStream;
  readonly documentFiles: DocumentFiles;
}

/** What became of a file. */
export type WrittenExport =
  | { readonly content: FileContent }
  | { readonly faults: number; readonly errors: readonly ExportFault[] }
  | 'stopped';

/** What was the end of the log when it was asked for may lie behind its last event: after a loss, or as a version before told it. */
async function placeInLog(store: Pick<EventStore, 'lastPosition'>, asked: bigint): Promise<bigint> {
  const last = await store.lastPosition();
  return last < asked ? last : asked;
}

/**
 * Writes the file that was asked for, from the log: documents, settings and customer codes are those of the request, so it comes to the
 * same bytes whoever takes it up again. The faults of all documents are told together, and then nothing of it is kept.
 * @param progress hears after each page how many documents are done.
 */
export async function writeExport(
  parts: WriterParts,
  request: ExportRequested['data'],
  progress: (documents: number) => Promise<void>,
  stopped: () => boolean,
): Promise<WrittenExport> {
  const { reads, files, invoices, store } = parts;
  await files.remove(request.export);
  const { documents } = reads;
  if (!(await documents.reached('billing', await placeInLog(store, BigInt(request.upTo)), 60_000)))
    throw new BooksBehindError('the read model of documents is behind the log');
  if ((await profilesUpToDate({ profiles: reads.profiles, store }, 60_000)) === undefined)
    throw new BooksBehindError('the read model of profiles is behind the log');
  const writer = await writerOf(parts, request);
  const places = await placesSelected(documents.sql, request);
  const found: { faults: number; errors: ExportFault[] } = { faults: 0, errors: [] };
  const turns = new Turns();
  let totals: ControlTotals = NO_TOTALS;
  let ends: Pick<FileContent, 'first' | 'last'> = {};
  const pages = pagesBehind({
    size: PAGE,
    from: places.behind,
    read: (behind, size) => selectedPage(documents.sql, places, behind, size),
    placeOf: ({ position }) => position,
  });
  for await (const page of pages) {
    const profiles = await profilesOf(parts, page, request);
    for (let left = page.map(({ number }) => number); left.length > 0;) {
      if (stopped()) return 'stopped';
      const read = await documentsOfPage(invoices, left);
      for (const logged of read) {
        const { invoice } = logged;
        const profile = profileIn(profiles, invoice.contract);
        const faults = await ofDocument(invoice.number, () =>
          writer.append(logged, profile, found.faults === 0),
        );
        found.faults += faults.length;
        found.errors.push(...faults.slice(0, FAULTS_TOLD - found.errors.length));
        totals = withDocument(totals, invoice);
        ends = { first: ends.first ?? invoice.number, last: invoice.number };
        await turns.next();
      }
      await progress(totals.documents);
      left = left.slice(read.length);
    }
  }
  if (found.faults > 0) {
    await files.remove(request.export);
    return found;
  }
  const written = await writer.end((sheet) => sheetNameOf(request, sheet));
  return { content: { documents: totals.documents, ...ends, ...written, totals } };
}

/** A document could not be written: no field is at fault, but the program. */
export class ExportFailedError extends Error {
  override readonly name = 'ExportFailedError';

  constructor(
    readonly number: string,
    cause: unknown,
  ) {
    super(`${number} could not be written`, { cause });
  }
}

/** Whether a failure passes by itself: something is away, or a file is still on its way. */
export const passes = (error: unknown): boolean =>
  error instanceof TransientError || (error instanceof ProblemException && error.status === 503);

async function ofDocument<T>(number: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw passes(error) ? error : new ExportFailedError(number, error);
  }
}

/** The format's own way of taking documents in. */
async function writerOf(
  parts: WriterParts,
  { export: id, format, encoding = 'utf-8-bom', settings }: ExportRequested['data'],
): Promise<ExportTableWriter | ExportInvoiceArchive> {
  if (format === 'jp-pint') return new ExportInvoiceArchive(parts.files, id, parts.documentFiles);
  const { issuers } = await parts.settings.current();
  return new ExportTableWriter(parts.files, {
    id,
    format,
    encoding,
    settings: await parts.exportSettings.ofVersion(settings),
    taxPeriodEnd: ({ month }) => issuerEntryIn(issuers, month).taxPeriodEnd,
  });
}

const profilesOf = (
  { reads: { profiles, parties } }: WriterParts,
  page: readonly SelectedDocument[],
  { upTo }: ExportRequested['data'],
): ReturnType<typeof profilesAsOf> =>
  profilesAsOf(profiles.sql, parties, [...new Set(page.map(({ contract }) => contract))], BigInt(upTo));

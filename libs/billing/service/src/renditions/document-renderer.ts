import {
  completedParties,
  completionOf,
  filesOf,
  hasStatement,
  type FileKind,
  type Rendition,
  type RenderedFile,
  type StatementRows,
} from '@smartkey/billing-domain';
import type { PrintableDocument } from '@smartkey/billing-renditions';
import { KeyedQueue } from '@smartkey/database';
import { fail, type Result } from '@smartkey/kernel';
import { TransientError } from '@smartkey/lifecycle';
import { PeerUnavailableError } from '@smartkey/runtime';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';
import type { RenditionKind } from './document-files.query.ts';
import type { FileRefusal, FileWriters, WrittenFile } from './file-writers.ts';
import { printableOf, type PartiesOfDocument } from './parties-of-document.ts';
import type { RefusedFiles } from './refused-files.ts';
import type { RenderingMetrics } from './rendering.metrics.ts';
import type { RenditionLog } from './rendition-log.ts';
import type { StatementMaker } from './statement/statement-maker.ts';
import type { StoredFiles } from './stored-files.ts';

const MEDIA_TYPES: Readonly<Record<FileKind, string>> = {
  pdf: 'application/pdf',
  'jp-pint': 'application/xml',
};

export interface RendererParts {
  readonly invoices: InvoiceLog;
  readonly renditions: RenditionLog;
  readonly parties: PartiesOfDocument;
  readonly files: StoredFiles;
  readonly refused: RefusedFiles;
  readonly writers: FileWriters;
  readonly statements: StatementMaker;
  readonly metrics: RenderingMetrics;
  readonly log: Logger;
}

/** A failure of the writer itself: no field is at fault, and a later start tries again. */
const FAILED: FileRefusal = [
  { pointer: '', rule: 'rendering-failed', detail: 'The file could not be written; the log has the cause.' },
];
const NO_NAMES: FileRefusal = [
  {
    pointer: '',
    rule: 'registry-unavailable',
    detail: 'The registry could not be asked for external ids; it is asked again.',
  },
];
/** No program goes by this name, so that each start tries again what failed. */
const NO_PROGRAM = '';

/**
 * Makes the files that a document is to have and has not: each once. The bytes are stored first, then the event says that they are there; cut
 * short between, the same is done again. Two that render the same document at once make one file: the log takes the first.
 */
export class DocumentRenderer {
  /** In this process one after another: who comes second finds the work done. */
  readonly #queue = new KeyedQueue();

  constructor(private readonly parts: RendererParts) {}

  /** @returns the document as it stands then: a file that is missing is refused. @throws what is transient. */
  render(number: string): Promise<Rendition> {
    return this.#queue.run(number, () => this.#render(number));
  }

  async #render(number: string): Promise<Rendition> {
    const { invoices, renditions } = this.parts;
    const logged = await invoices.find(number);
    if (logged === undefined) throw new Error(`${number} is in the books, but not in the log`);
    const before = await renditions.of(number);
    const missing = missingOf(logged, before);
    if (missing.length === 0) return before;
    return inSpan('render document', { root: true, service: 'billing', quiet: true }, () =>
      this.#make(logged, before, missing),
    );
  }

  async #make(
    logged: LoggedInvoice,
    before: Rendition,
    missing: readonly RenditionKind[],
  ): Promise<Rendition> {
    const { renditions, parties } = this.parts;
    const { invoice } = logged;
    const { number, contract } = invoice;
    let state = before;
    if (missing.some((kind) => kind !== 'statement')) {
      const read = await parties.read(invoice);
      const completion = completionOf(completedParties(read.shown, state.completed), read.known);
      if (Object.keys(completion).length > 0)
        state = await renditions.record({ type: 'Complete', number, contract, completion });
      const printable = printableOf(invoice, read, state.completed);
      // The electronic invoice first, for the PDF carries it.
      if (missing.includes('jp-pint')) state = await this.#makeJpPint(logged, printable, state);
      if (missing.includes('pdf')) state = await this.#makePdf(logged, printable, state);
    }
    if (missing.includes('statement')) state = await this.#makeStatement(logged, state);
    return state;
  }

  async #makeJpPint(
    logged: LoggedInvoice,
    printable: PrintableDocument,
    state: Rendition,
  ): Promise<Rendition> {
    const written = await this.#written(logged, 'jp-pint', () => this.parts.writers.jpPint(printable));
    return written.ok ? this.#keep(logged, 'jp-pint', written.value) : state;
  }

  async #makePdf(logged: LoggedInvoice, printable: PrintableDocument, state: Rendition): Promise<Rendition> {
    const { writers, files } = this.parts;
    const carried = state.files['jp-pint'];
    const jpPint = carried && (await files.whole(carried.sha256));
    const written = await this.#written(logged, 'pdf', () => writers.pdf(printable, jpPint));
    return written.ok
      ? this.#keep(logged, 'pdf', written.value, carried && { embeds: carried.sha256 })
      : state;
  }

  /** Lets a writer write. Where that fails the file is refused, and documents behind it go on. */
  async #written(
    logged: LoggedInvoice,
    kind: FileKind,
    write: () => Promise<Result<WrittenFile, FileRefusal>>,
  ): Promise<Result<WrittenFile, FileRefusal>> {
    const { refused, writers } = this.parts;
    try {
      const written = await write();
      if (!written.ok) await refused.refuse(logged, kind, written.error, writers.program);
      return written;
    } catch (error) {
      if (error instanceof TransientError) throw error;
      await this.#failed(logged, kind, error);
      return fail(FAILED);
    }
  }

  async #keep(
    { invoice: { number, contract } }: LoggedInvoice,
    kind: FileKind,
    { content, ...written }: WrittenFile,
    more: Pick<RenderedFile, 'embeds'> = {},
  ): Promise<Rendition> {
    const { files, renditions, refused, metrics } = this.parts;
    const stored = await files.put(content);
    const file = { kind, mediaType: MEDIA_TYPES[kind], ...stored, ...written, ...more };
    const state = await renditions.record({ type: 'RecordFile', number, contract, file });
    await refused.forget(number, kind);
    metrics.rendered.inc({ kind });
    return state;
  }

  async #makeStatement(logged: LoggedInvoice, state: Rendition): Promise<Rendition> {
    const { statements, renditions, refused, metrics } = this.parts;
    const { number, contract } = logged.invoice;
    const made = await this.#accounts(logged);
    if (made === undefined) return state;
    const recorded = await renditions.record({ type: 'RecordStatement', number, contract, statement: made });
    // Another one was faster: its rows are the statement.
    if (recorded.statement?.statement === made.statement) await statements.keep(made);
    else await statements.discard(made);
    await refused.forget(number, 'statement');
    metrics.rendered.inc({ kind: 'statement' });
    return recorded;
  }

  /** @returns nothing where they cannot be had now. */
  async #accounts(logged: LoggedInvoice): Promise<StatementRows | undefined> {
    const { statements, refused } = this.parts;
    try {
      return await statements.make(logged.invoice);
    } catch (error) {
      if (error instanceof PeerUnavailableError) {
        // The files of documents do not wait for the registry; the next turn asks it again.
        await refused.refuse(logged, 'statement', NO_NAMES, NO_PROGRAM);
        await refused.tryAgain(logged.invoice.contract);
      } else if (error instanceof TransientError) throw error;
      else await this.#failed(logged, 'statement', error);
      return undefined;
    }
  }

  async #failed(logged: LoggedInvoice, kind: RenditionKind, error: unknown): Promise<void> {
    const { log, refused, metrics } = this.parts;
    metrics.failures.inc();
    log.error({ err: error, number: logged.invoice.number, kind }, 'a file of a document could not be made');
    await refused.refuse(logged, kind, FAILED, NO_PROGRAM);
  }
}

/** What a document is to have and has not. */
function missingOf({ invoice }: LoggedInvoice, { files, statement }: Rendition): readonly RenditionKind[] {
  const missing: RenditionKind[] = filesOf(invoice.month).filter((kind) => files[kind] === undefined);
  if (statement === undefined && hasStatement(invoice.basis)) missing.push('statement');
  return missing;
}

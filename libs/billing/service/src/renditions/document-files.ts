import { filesOf, hasJpPint, hasStatement, type FileKind, type Invoice } from '@smartkey/billing-domain';
import { ProblemException, type FieldError } from '@smartkey/http';
import { TransientError, withinMillis } from '@smartkey/lifecycle';
import type { ProjectionReader } from '@smartkey/projections';
import {
  countFiles,
  filesThere,
  RENDITION_KINDS,
  spanOfRun,
  type RenditionKind,
} from './document-files.query.ts';
import type { DocumentRenderer } from './document-renderer.ts';
import { fileView, type FileProgressView, type FileView } from './file-view.ts';
import type { RefusedFiles } from './refused-files.ts';
import type { RenditionLog } from './rendition-log.ts';
import type { StoredFile, StoredFiles } from './stored-files.ts';

/** How long somebody who asks for a file waits for it to be rendered (system time); nearly always far less. */
const PATIENCE_MILLIS = 10_000;
const RETRY_SECONDS = 5;

/** A file to be handed out. */
export interface FoundFile extends StoredFile {
  readonly mediaType: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** It is on its way: nothing is wrong with the document. */
const notYetRendered = (): ProblemException =>
  new ProblemException(503, 'not-yet-rendered', 'The file is being rendered; ask again in a moment.', {
    headers: { 'retry-after': String(RETRY_SECONDS) },
  });

/** The document lacks something that the file needs. */
const refusedFile = (errors: readonly FieldError[]): ProblemException =>
  new ProblemException(
    409,
    'file-refused',
    'The document stands, but lacks something that this file needs; see errors. Once it is completed, the file is rendered.',
    { errors },
  );

/** The files of documents for whoever asks for them, and how far they are. */
export class DocumentFiles {
  constructor(
    private readonly read: ProjectionReader,
    private readonly renditions: RenditionLog,
    private readonly renderer: DocumentRenderer,
    private readonly files: StoredFiles,
    private readonly refused: RefusedFiles,
  ) {}

  /**
   * A file of a document; one that nobody has come to yet is rendered now, before those of other documents.
   * @throws ProblemException 409 `file-refused` by field, 422 `no-jp-pint`, 503 `not-yet-rendered`
   */
  async find(document: Invoice, kind: FileKind): Promise<FoundFile> {
    if (kind === 'jp-pint' && !hasJpPint(document.month))
      throw new ProblemException(
        422,
        'no-jp-pint',
        'There are JP PINT files of service months from 2023-10 on (適格請求書); this document is of an earlier one.',
      );
    const file =
      (await this.renditions.of(document.number)).files[kind] ??
      (await this.#rendered(document.number)).files[kind];
    if (file === undefined) throw await this.#whyNot(document.number, kind);
    const { bytes, sha256, mediaType } = file;
    return { bytes, sha256, mediaType, content: this.files.read(sha256) };
  }

  /** The name of the stored rows. @throws ProblemException 404 `no-statement`, 409, 503 */
  async statementOf(document: Invoice): Promise<{ readonly statement: string; readonly rows: number }> {
    if (!hasStatement(document.basis))
      throw new ProblemException(
        404,
        'no-statement',
        'The document bills no accounts, so it has no statement.',
      );
    const statement =
      (await this.renditions.of(document.number)).statement ??
      (await this.#rendered(document.number)).statement;
    if (statement === undefined) throw await this.#whyNot(document.number, 'statement');
    return statement;
  }

  /** How far the files of a document are. */
  async of(document: Invoice): Promise<readonly FileView[]> {
    const { number, month, basis } = document;
    const there = await filesThere(this.read.sql, [number]);
    const refused = await this.refused.of([number]);
    const kinds: readonly RenditionKind[] = [
      ...filesOf(month),
      ...(hasStatement(basis) ? (['statement'] as const) : []),
    ];
    return kinds.map((kind) =>
      fileView(
        kind,
        there.find((file) => file.kind === kind),
        refused.find((file) => file.kind === kind),
      ),
    );
  }

  /** How far the files of a run's documents are. */
  async ofRun(run: string): Promise<readonly FileProgressView[]> {
    const span = await spanOfRun(this.read.sql, run);
    if (span === undefined) return [];
    const { total, rendered } = await countFiles(this.read.sql, span);
    const refused = await this.refused.count(span);
    return RENDITION_KINDS.map((kind) => ({
      kind,
      total: total[kind],
      rendered: rendered[kind],
      refused: refused[kind],
    }));
  }

  async #rendered(number: string) {
    try {
      return await withinMillis(this.renderer.render(number), PATIENCE_MILLIS, notYetRendered);
    } catch (error) {
      if (error instanceof TransientError) throw notYetRendered();
      throw error;
    }
  }

  async #whyNot(number: string, kind: RenditionKind): Promise<ProblemException> {
    const refused = (await this.refused.of([number])).find((file) => file.kind === kind);
    return refused === undefined ? notYetRendered() : refusedFile(refused.errors);
  }
}

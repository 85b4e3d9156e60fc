import type { ExportFormat, ExportRequested } from '@smartkey/billing-domain';
import type { Database } from '@smartkey/database';
import { ended, Loop, Worker } from '@smartkey/lifecycle';
import { failingWork } from '@smartkey/projections';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import type { ExportCommands } from './export-commands.ts';
import type { ExportProgressStore } from './export-progress.store.ts';
import {
  ExportFailedError,
  passes,
  writeExport,
  type WriterParts,
  type WrittenExport,
} from './export-writer.ts';
import { countSelected, placesSelected } from './selected-documents.query.ts';

/** How often it is looked for exports that a process left unfinished (system time). */
const LOOK_MILLIS = 15_000;
/** How long it rests after a failure. */
const REST_MILLIS = 5_000;

/** Tries that fail for a fault of ours, in the process or with it, before an export ends as refused. */
const MOST_TRIES = 5;

export interface ExportRunnerParts extends WriterParts {
  readonly database: Database;
  readonly commands: ExportCommands;
  readonly progress: ExportProgressStore;
  readonly log: Logger;
}

/**
 * Writes the files that were asked for, each format's one at a time over all instances. What a process left unfinished is begun again by
 * whoever comes next, and comes to the same bytes; the log tells that a file is there only when all of it is.
 */
export class ExportRunner extends Worker {
  protected readonly loop: Loop;
  /** The last turn of each format. */
  readonly #turns = new Map<ExportFormat, Promise<void>>();

  constructor(private readonly parts: ExportRunnerParts) {
    super();
    this.loop = new Loop({
      turn: () => this.#work(),
      periodMillis: LOOK_MILLIS,
      backoff: { firstMillis: REST_MILLIS, mostMillis: REST_MILLIS },
      ...failingWork(parts.log, 'exporting'),
    });
  }

  override async stop(): Promise<void> {
    await super.stop();
    await Promise.all(this.#turns.values());
  }

  /** Writes behind the answer what was asked for in a format. Where that fails the loop tries again, and tells. */
  begin(format: ExportFormat): void {
    void ended(this.run(format)).then(() => this.loop.wake());
  }

  /**
   * Writes what was asked for in a format, here or elsewhere: when it resolves, what was open is open no more, unless this process stops.
   * Formats do not wait for each other.
   */
  run(format: ExportFormat): Promise<void> {
    const turn = (this.#turns.get(format) ?? Promise.resolve()).then(() => this.#runAlone(format));
    this.#turns.set(format, ended(turn));
    return turn;
  }

  async #runAlone(format: ExportFormat): Promise<void> {
    if (this.loop.stopping.aborted) return;
    await this.parts.database.exclusively(lockOf(format), (held) => this.#write(format, held));
  }

  /** Takes up what a process left unfinished. */
  async #work(): Promise<void> {
    if (!(await this.#anyRunning())) return;
    const open = await this.parts.commands.open();
    await Promise.all(open.map(({ format }) => this.run(format)));
  }

  /** The read model is asked, not the log that would be read whole each time. */
  async #anyRunning(): Promise<boolean> {
    const { documents } = this.parts.reads;
    const rows = await documents.sql.query(`select 1 from export where state = 'running' limit 1`);
    return rows.length > 0;
  }

  async #write(format: ExportFormat, held: AbortSignal): Promise<void> {
    const request = (await this.parts.commands.open()).find((each) => each.format === format);
    if (request === undefined) return;
    const attributes = { 'smartkey.export': request.export, 'smartkey.export.format': format };
    await inSpan('write export', { root: true, service: 'billing', attributes }, () =>
      this.#writeOne(request, held),
    );
  }

  async #writeOne(request: ExportRequested['data'], held: AbortSignal): Promise<void> {
    const { commands, progress, log } = this.parts;
    const { export: id, format } = request;
    const tries = await progress.begin(id);
    const written = tries > MOST_TRIES ? FAILED : await this.#tried(request, held, tries);
    if (written === 'stopped') return;
    if ('content' in written)
      await commands.end({ type: 'FinishExport', export: id, format, content: written.content });
    else await commands.end({ type: 'RefuseExport', export: id, format, ...written });
    await progress.forget(id);
    const { documents = 0 } = 'content' in written ? written.content : {};
    log.info({ export: id, format, documents, refused: !('content' in written) }, 'an export ended');
  }

  /** One try. The last one that fails for a fault of ours ends the export, and its format is free for others. */
  async #tried(request: ExportRequested['data'], held: AbortSignal, tries: number): Promise<WrittenExport> {
    const { progress, reads, files, log } = this.parts;
    const { export: id, format } = request;
    const { sql } = reads.documents;
    try {
      const of = await countSelected(sql, await placesSelected(sql, request));
      const written = await writeExport(
        this.parts,
        request,
        (documents) => progress.save(id, { documents, of }),
        () => this.loop.stopping.aborted || held.aborted,
      );
      if (written === 'stopped') await progress.uncount(id);
      return written;
    } catch (error) {
      if (passes(error)) await progress.uncount(id);
      if (passes(error) || tries < MOST_TRIES) throw error;
      log.error({ err: error, export: id, format, tries }, 'an export is given up');
      await files.remove(id);
      return error instanceof ExportFailedError ? failedAt(error.number) : FAILED;
    }
  }
}

const failedAt = (number: string): Extract<WrittenExport, { readonly faults: number }> => ({
  faults: 1,
  errors: [
    {
      number,
      field: '',
      rule: 'export-failed',
      detail: 'It could not be written, for a fault of this service; its log has the cause.',
    },
  ],
});
/** Where it is not known at which document: the process ended each time. */
const FAILED = failedAt('');

const lockOf = (format: ExportFormat): string => `billing:export:${format}`;

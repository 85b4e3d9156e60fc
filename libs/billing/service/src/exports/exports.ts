import {
  CANONICAL,
  FAULTS_TOLD,
  isProduct,
  PRODUCT_TABLES,
  type ExportEncoding,
  type ExportFormat,
  type RequestExport,
} from '@smartkey/billing-domain';
import type { CommandContext } from '@smartkey/event-store';
import { ProblemException, unavailable } from '@smartkey/http';
import { newId } from '@smartkey/identity';
import { ended, lookUntil } from '@smartkey/lifecycle';
import { ok, type ExportId, type Rejection, type Result } from '@smartkey/kernel';
import { shownToTheEnd } from '@smartkey/projections';
import type { ExportCommands, LoggedExport } from './export-commands.ts';
import type { ExportProgressStore } from './export-progress.store.ts';
import type { ExportRunner, ExportRunnerParts } from './export-runner.ts';
import { takenElsewhere } from './export-tables.ts';
import { exportView, type ExportView } from './export-view.ts';
import type { ExportForm } from './export.forms.ts';
import { countSelected, placesSelected } from './selected-documents.query.ts';

/** So many documents are written while whoever asked waits; more are written behind the answer. */
const WAITED_FOR = 1_000;
/** How long a request waits for another export of its format, and for the books to come up to the log (system time). */
const PATIENCE_MILLIS = 10_000;
const LOOK_MILLIS = 50;

export interface MadeExport {
  readonly view: ExportView;
  readonly revision: number;
  readonly position: bigint;
}

type Parts = Pick<ExportRunnerParts, 'reads' | 'store' | 'exportSettings'> & {
  readonly commands: ExportCommands;
  readonly progress: ExportProgressStore;
  readonly runner: ExportRunner;
};

/**
 * Files for ERPs. Each is asked for in the log, which numbers it and says which documents it takes; written; and told of with the hash of
 * its bytes, which are kept: a download is the same each time.
 */
export class Exports {
  constructor(private readonly parts: Parts) {}

  /**
   * @returns the finished export, or the running one where it is large.
   * @throws ProblemException 422 `not-exportable` with every cell that its format has no place for.
   */
  async make(form: ExportForm, context: CommandContext): Promise<Result<MadeExport, Rejection>> {
    const { commands, runner } = this.parts;
    const requested = await this.#requested(form, context);
    if (!requested.ok) return requested;
    const id = requested.value;
    const logged = await commands.find(id);
    if (logged.ended === undefined && !(await this.#isLarge(logged))) {
      // Where a try fails the next goes on behind the answer: the export is asked for.
      await ended(runner.run(form.format));
    }
    const now = await commands.find(id);
    if (now.ended === undefined) runner.begin(form.format);
    return ok(await this.#made(now));
  }

  /** One is written at a time in each format: whoever asks meanwhile waits for its end. */
  async #requested(form: ExportForm, context: CommandContext): Promise<Result<ExportId, Rejection>> {
    const command = await this.#command(form, context);
    const request = () => this.parts.commands.request(command, context);
    const requested = await lookUntil(
      async () => {
        const result = await request();
        return !result.ok && result.error.code === 'export-running' ? undefined : result;
      },
      { atMostMillis: PATIENCE_MILLIS, everyMillis: LOOK_MILLIS },
    );
    return requested ?? request();
  }

  async #command(
    { month, since, format, encoding }: ExportForm,
    { commandId }: CommandContext,
  ): Promise<RequestExport> {
    const { reads, store, exportSettings } = this.parts;
    const upTo = await shownToTheEnd(reads.documents, 'billing', store, PATIENCE_MILLIS);
    if (upTo === undefined)
      throw unavailable('The books do not show yet what was issued; nothing was exported.');
    const { version } = await exportSettings.current();
    return {
      type: 'RequestExport',
      export: newId('exp', reads.clock.now(), commandId),
      month,
      since,
      format,
      encoding: encoding ?? usualEncoding(format),
      schemaVersion: schemaVersionOf(format),
      settings: version,
      upTo: String(upTo),
      elsewhere: await takenElsewhere(reads.documents.sql, reads.settings.series, format),
    };
  }

  async #isLarge({ requested }: LoggedExport): Promise<boolean> {
    const { sql } = this.parts.reads.documents;
    if (requested === undefined) return false;
    return (await countSelected(sql, await placesSelected(sql, requested.data))) > WAITED_FOR;
  }

  async #made({ requested, ended }: LoggedExport): Promise<MadeExport> {
    const last = ended ?? requested;
    if (last === undefined) throw new Error('an export that was asked for is not in the log');
    if (ended?.type === 'ExportRefused') throw notExportable(ended.data);
    const requestedAt = (requested ?? last).occurredAt;
    const view =
      ended === undefined
        ? exportView({
            state: 'running',
            content: requested!.data,
            requestedAt,
            progress: await this.parts.progress.find(requested!.data.export),
          })
        : exportView({ state: 'finished', content: ended.data, requestedAt, endedAt: ended.occurredAt });
    return { view, revision: last.revision, position: last.position };
  }
}

const PRODUCTS_OF_SHIFT_JIS: ReadonlySet<ExportFormat> = new Set(['yayoi', 'kanjo-bugyo']);

/** The encoding that a product takes; an archive of e-invoices has none. */
function usualEncoding(format: ExportFormat): ExportEncoding | undefined {
  if (format === 'jp-pint') return undefined;
  return PRODUCTS_OF_SHIFT_JIS.has(format) ? 'shift_jis' : 'utf-8-bom';
}

function schemaVersionOf(format: ExportFormat): string {
  if (format === 'jp-pint') return '1';
  return isProduct(format) ? PRODUCT_TABLES[format].schemaVersion : CANONICAL.schemaVersion;
}

type Refused = Extract<NonNullable<LoggedExport['ended']>, { type: 'ExportRefused' }>['data'];

function notExportable({ faults, errors }: Refused): ProblemException {
  if (errors.some(({ rule }) => rule === 'export-failed'))
    return new ProblemException(
      500,
      'export-failed',
      'The file could not be written, for a fault of this service; nothing of it is kept.',
    );
  const more = faults > FAULTS_TOLD ? ` The first ${FAULTS_TOLD} of ${faults} are told.` : '';
  return new ProblemException(
    422,
    'not-exportable',
    `The format has no place for some of the documents' fields; nothing was written.${more}`,
    {
      errors: errors.map(({ number, line, field, rule, detail }) => ({
        pointer: `/documents/${number}${line === undefined ? '' : `/lines/${line}`}/${field}`,
        rule,
        detail,
      })),
    },
  );
}

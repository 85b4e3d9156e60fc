import type { Reactor } from '@smartkey/projections';
import type { ServiceParts } from '@smartkey/runtime';
import { SubjectErasures } from '@smartkey/secrets';
import type { BillingProfiles } from '../billing-profile/billing-profiles.ts';
import type { InvoiceLog } from '../log/invoice-log.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';
import { DocumentFiles } from './document-files.ts';
import { documentFiles } from './document-files.projection.ts';
import { DocumentRenderer } from './document-renderer.ts';
import { PartiesOfDocument } from './parties-of-document.ts';
import { RefusedFiles } from './refused-files.ts';
import { RenderThread } from './render-thread/render-thread.ts';
import { RenderingMark } from './rendering-mark.ts';
import { RenderingMetrics } from './rendering.metrics.ts';
import { RenderingWorker } from './rendering-worker.ts';
import { RenditionLog } from './rendition-log.ts';
import { StatementMaker } from './statement/statement-maker.ts';
import { StatementPdf } from './statement/statement-pdf.ts';
import { StatementRows } from './statement/statement-rows.ts';
import { StatementSweep } from './statement/statement-sweep.ts';
import { StoredFiles } from './stored-files.ts';
import { ThreadWriters } from './thread-writers.ts';
import { wakeRenderingReactor } from './wake-rendering.reactor.ts';

interface Given {
  readonly reads: BillingReads;
  readonly settings: SettingsLog;
  readonly profiles: BillingProfiles;
  readonly invoices: InvoiceLog;
}

/** How documents become files, put together. */
export interface RenditionParts {
  readonly renderer: DocumentRenderer;
  readonly files: StoredFiles;
  readonly documentFiles: DocumentFiles;
  readonly reactor: Reactor;
  /** What controllers ask for. */
  readonly provided: readonly object[];
  start(): void;
  stop(): Promise<void>;
}

export function renditionParts(
  parts: ServiceParts,
  { reads, settings, profiles, invoices }: Given,
): RenditionParts {
  const { database, store, log } = parts;
  const read = parts.projection(documentFiles.name);
  const files = new StoredFiles(database, parts.secretBox);
  const refused = new RefusedFiles(database);
  const mark = new RenderingMark(database);
  const metrics = new RenderingMetrics(parts.metrics, read, refused, mark);
  const renditions = new RenditionLog(parts, reads.parties);
  const thread = new RenderThread();
  const writers = new ThreadWriters(thread);
  const rows = new StatementRows(database, parts.subjectKeys, new SubjectErasures(database));
  const partiesOf = new PartiesOfDocument(reads, settings, profiles);
  const renderer = new DocumentRenderer({
    invoices,
    renditions,
    parties: partiesOf,
    files,
    refused,
    writers,
    statements: new StatementMaker(reads.ledger, parts.peers, rows),
    metrics,
    log,
  });
  const worker = new RenderingWorker({
    database,
    store,
    files: read,
    renderer,
    refused,
    sweep: new StatementSweep(rows, renditions),
    mark,
    writers,
    metrics,
    log,
  });
  const documents = new DocumentFiles(read, renditions, renderer, files, refused);
  const inBackground = reads.settings.rendersInBackground;
  return {
    renderer,
    files,
    documentFiles: documents,
    reactor: wakeRenderingReactor(() => worker.wake(), refused, reads.ledger),
    provided: [documents, rows, refused, new StatementPdf(rows, renditions, partiesOf, thread)],
    start: () => {
      if (inBackground) worker.start();
    },
    stop: async () => {
      metrics.stop();
      // A document that is under way is given up: it is rendered after the next start.
      const stopped = worker.stop();
      await thread.close();
      await stopped;
    },
  };
}

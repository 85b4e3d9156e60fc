import { moduleOf } from '@smartkey/http';
import { Closers } from '@smartkey/lifecycle';
import type { ServiceAssembly, ServiceParts } from '@smartkey/runtime';
import { DerivedSharedSeal } from '@smartkey/secrets';
import { inSpan } from '@smartkey/tracing';
import { BillingProfileController } from './billing-profile/billing-profile.controller.ts';
import { BillingProfiles } from './billing-profile/billing-profiles.ts';
import { billingProfiles } from './billing-profile/billing-profiles.projection.ts';
import { CloseCommands } from './close/close-commands.ts';
import { CloseRunStore } from './close/close-run.store.ts';
import { CloseRunner } from './close/close-runner.ts';
import { CloseController } from './close/close.controller.ts';
import { CloseMetrics } from './close/close.metrics.ts';
import { Corrections } from './corrections/corrections.ts';
import { CorrectionsController } from './corrections/corrections.controller.ts';
import { CreditNoteApprovalsController } from './credit-notes/approvals.controller.ts';
import { approvedNotesReactor } from './credit-notes/approved-notes.reactor.ts';
import { CreditNoteInputs } from './credit-notes/credit-note-inputs.ts';
import { CreditNoteWriter } from './credit-notes/credit-note-writer.ts';
import { CreditNotes } from './credit-notes/credit-notes.ts';
import { CreditNotesController } from './credit-notes/credit-notes.controller.ts';
import { CreditNoteDirectory, creditNotesProjection } from './credit-notes/credit-notes.projection.ts';
import { CreditNoteProposals } from './credit-notes/proposals.ts';
import { DeliveriesController } from './deliveries/deliveries.controller.ts';
import { sendingParts } from './deliveries/delivery-parts.ts';
import { RenderedFiles } from './deliveries/rendered-files.ts';
import { documents } from './documents/documents.projection.ts';
import { EvidenceReader } from './evidence/read-evidence.ts';
import { ExportSettingsController } from './export-settings/export-settings.controller.ts';
import { ExportSettingsStream } from './export-settings/export-settings-stream.ts';
import { exportParts } from './exports/export-parts.ts';
import { ExportsController } from './exports/exports.controller.ts';
import { InvoiceCsv } from './invoices/invoice-csv.ts';
import { InvoicesController } from './invoices/invoices.controller.ts';
import { AwaitedContracts } from './ledger/awaited-contracts.ts';
import { usageLedger } from './ledger/usage-ledger.projection.ts';
import { InvoiceLog } from './log/invoice-log.ts';
import { MailsController } from './mails/mails.controller.ts';
import { Previews } from './preview/previews.ts';
import { IssuerController } from './issuer/issuer.controller.ts';
import { PoliciesController } from './policies/policies.controller.ts';
import { LogHeads } from './proofs/log-heads.ts';
import { proofParts } from './proofs/proof-parts.ts';
import { ProofController } from './proofs/proof.controller.ts';
import { renditionParts } from './renditions/rendition-parts.ts';
import { RefusedFilesController } from './renditions/refused-files.controller.ts';
import { StatementsController } from './renditions/statement/statements.controller.ts';
import { SelectionZip } from './selections/selection-zip.ts';
import { SelectionsController } from './selections/selections.controller.ts';
import { forgetErasedReactor } from './renditions/statement/forget-erased.reactor.ts';
import type { BillingSettings } from './settings/billing.settings.ts';
import { SettingsChanges } from './settings/change-settings.ts';
import { enterEnvironment } from './settings/enter-environment.ts';
import { FirstSettings } from './settings/first-settings.ts';
import { SettingsLog } from './settings/settings-log.ts';
import { BillingReads } from './shared/billing-reads.ts';
import { UsageController } from './usage/usage.controller.ts';
import { UsageReader } from './usage/usage-reader.ts';
import { CreditNoteVerifier } from './verification/verify-credit-note.ts';
import { DocumentSeries } from './losses/document-series.ts';
import { InvoiceVerifier } from './verification/verify-invoice.ts';
import { WhatIfController } from './what-if/what-if.controller.ts';
import { WhatIf } from './what-if/what-if.ts';

export async function assembleBilling(
  parts: ServiceParts,
  settings: BillingSettings,
): Promise<ServiceAssembly> {
  const { store, clock, database, log, peers, wantWatermark } = parts;
  const parties = new DerivedSharedSeal(parts.lookupKey);
  const ledger = parts.projection(usageLedger.name);
  const reads = new BillingReads(
    ledger,
    parts.projection(documents.name),
    parts.projection(billingProfiles.name),
    clock,
    settings,
    parties,
  );
  const contracts = new AwaitedContracts(ledger, peers);
  const settingsLog = new SettingsLog(parts);
  const exportSettings = new ExportSettingsStream(parts);
  const firstSettings = new FirstSettings({
    store,
    enter: () =>
      inSpan('first settings', { service: parts.name, root: true, quiet: true }, () =>
        enterEnvironment(settingsLog, exportSettings, settings),
      ),
    log,
  });
  await firstSettings.now();
  const changes = new SettingsChanges({ database, store, documents: reads.documents });
  const runs = new CloseRunStore(database);
  const commands = new CloseCommands(parts, runs);
  const metrics = new CloseMetrics(parts.metrics, runs, clock);
  const heads = new LogHeads(parts);
  const series = new DocumentSeries(database, settings.series);
  const runner = new CloseRunner({
    ledger,
    documents: reads.documents,
    profiles: reads.profiles,
    clock,
    series,
    settings: settingsLog,
    parties,
    store,
    database,
    runs,
    commands,
    metrics,
    wantWatermark,
    log,
    heads,
    logsInDoubt: () => parts.logsInDoubt(),
    signLog: () => parts.signLog(),
  });
  const invoices = new InvoiceLog(store, parties);
  const corrections = new Corrections(reads, settingsLog, store);
  const proposals = new CreditNoteProposals(parts);
  const creditNotes = new CreditNoteDirectory(parts.projection(creditNotesProjection.name));
  const notes = new CreditNotes(
    proposals,
    new CreditNoteWriter(reads, settingsLog, invoices, store, heads, series, () => parts.logsInDoubt()),
    invoices,
    creditNotes,
    clock,
  );
  const creditInputs = new CreditNoteInputs({
    documents: reads.documents,
    invoices,
    store,
    directory: creditNotes,
  });
  const profiles = new BillingProfiles(parts, parties);
  const renditions = renditionParts(parts, { reads, settings: settingsLog, profiles, invoices });
  const exports = exportParts(parts, {
    reads,
    invoices,
    settings: settingsLog,
    exportSettings,
    documentFiles: renditions.documentFiles,
  });
  const proofs = proofParts(parts, { ledger, invoices, further: creditInputs });
  const sending = await sendingParts(parts, {
    settings,
    documents: invoices,
    profiles,
    files: new RenderedFiles(renditions.renderer, renditions.files),
  });
  const module = moduleOf('BillingModule', {
    controllers: [
      UsageController,
      CloseController,
      PoliciesController,
      IssuerController,
      BillingProfileController,
      InvoicesController,
      ProofController,
      DeliveriesController,
      SelectionsController,
      StatementsController,
      RefusedFilesController,
      CorrectionsController,
      ExportsController,
      ExportSettingsController,
      WhatIfController,
      CreditNotesController,
      CreditNoteApprovalsController,
      MailsController,
    ],
    parts: [
      reads,
      settingsLog,
      changes,
      contracts,
      profiles,
      exportSettings,
      new InvoiceCsv(exportSettings, profiles),
      runs,
      commands,
      runner,
      invoices,
      new InvoiceVerifier(
        reads,
        settingsLog,
        store,
        new CreditNoteVerifier(reads, invoices, proposals, creditNotes, creditInputs, store, heads),
        heads,
      ),
      corrections,
      notes,
      creditNotes,
      new EvidenceReader(ledger),
      ...proofs.parts,
      new UsageReader(ledger, contracts, clock, reads.documents, invoices, wantWatermark),
      new Previews(reads, contracts, settingsLog, corrections, store, wantWatermark),
      new WhatIf(reads, contracts, settingsLog, invoices),
      ...sending.provided,
      ...renditions.provided,
      new SelectionZip(reads.documents, invoices, renditions.renderer, renditions.files),
      ...exports.parts,
    ],
  });
  return {
    module,
    reactors: [
      approvedNotesReactor(notes, log),
      renditions.reactor,
      sending.reactor,
      forgetErasedReactor(parts.subjectKeys),
    ],
    start: () => {
      firstSettings.start();
      runner.start();
      sending.start();
      renditions.start();
      exports.runner.start();
      proofs.jobs.start();
    },
    settle: (upTo) => runner.settle(upTo),
    stop: async () => {
      const closers = new Closers();
      closers.add('first settings', () => firstSettings.stop());
      closers.add('closes', () => runner.stop());
      closers.add('exports', () => exports.runner.stop());
      closers.add('proofs', () => proofs.jobs.stop());
      closers.add('their figures', () => metrics.stop());
      closers.add('deliveries', () => sending.stop());
      closers.add('renditions', () => renditions.stop());
      await closers.close();
    },
  };
}

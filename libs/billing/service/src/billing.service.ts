import type { DynamicModule, Type } from '@nestjs/common';
import type { ServiceAssembly, ServiceDefinition, ServiceParts } from '@smartkey/runtime';
import { DerivedSharedSeal } from '@smartkey/secrets';
import { billingMigrations } from './billing.migrations.ts';
import { CloseCommands } from './close/close-commands.ts';
import { CloseRunStore } from './close/close-run.store.ts';
import { CloseMetrics } from './close/close.metrics.ts';
import { CloseRunner } from './close/close-runner.ts';
import { CloseController } from './close/close.controller.ts';
import { DOCUMENTS, documents } from './documents/documents.projection.ts';
import { ExportService } from './exports/export.service.ts';
import { ExportsController } from './exports/exports.controller.ts';
import { EvidenceReader } from './invoices/evidence.ts';
import { InvoiceLog } from './invoices/invoice-log.ts';
import { InvoicesController } from './invoices/invoices.controller.ts';
import { InvoiceVerifier } from './invoices/verify-invoice.ts';
import { USAGE_LEDGER, usageLedger } from './ledger/usage-ledger.projection.ts';
import { publish } from './publish.ts';
import { billingSettings, type BillingSettings } from './settings/billing-settings.ts';
import { BillingContext } from './shared/billing-context.ts';
import { PreviewService } from './usage/preview.service.ts';
import { UsageController } from './usage/usage.controller.ts';
import { UsageService } from './usage/usage.service.ts';

/** The routes of billing, for the description of the public surface. */
export const billingControllers: readonly Type[] = [
  UsageController,
  CloseController,
  InvoicesController,
  ExportsController,
];

/** Nest gets what is wired here by hand: controllers and what they are made of. */
class BillingModule {}

function assemble(parts: ServiceParts, settings: BillingSettings): ServiceAssembly {
  const { store, clock, database, log, peers } = parts;
  const parties = new DerivedSharedSeal(parts.lookupKey);
  const context = new BillingContext(
    parts.projection(USAGE_LEDGER),
    parts.projection(DOCUMENTS),
    clock,
    settings,
    peers,
    parties,
  );
  const runs = new CloseRunStore(database);
  const commands = new CloseCommands(store, clock, runs);
  const metrics = new CloseMetrics(parts.metrics, runs, clock);
  const runner = new CloseRunner({
    ledger: context.ledger,
    documents: context.documents,
    clock,
    settings,
    parties,
    store,
    database,
    runs,
    commands,
    metrics,
    log,
  });
  const invoices = new InvoiceLog(store, parties);
  const provide = <T>(token: Type<T>, value: T) => ({ provide: token, useValue: value });
  const module: DynamicModule = {
    module: BillingModule,
    controllers: [...billingControllers],
    providers: [
      provide(BillingContext, context),
      provide(CloseRunStore, runs),
      provide(CloseCommands, commands),
      provide(CloseRunner, runner),
      provide(InvoiceLog, invoices),
      provide(InvoiceVerifier, new InvoiceVerifier(context)),
      provide(EvidenceReader, new EvidenceReader(context)),
      provide(UsageService, new UsageService(context)),
      provide(PreviewService, new PreviewService(context, invoices)),
      provide(ExportService, new ExportService(context, database, invoices, store)),
    ],
  };
  return {
    module,
    start: () => runner.start(),
    settle: (upTo) => runner.settle(upTo),
    stop: async () => {
      metrics.stop();
      await runner.stop();
    },
  };
}

/** The billing service: usage, invoices, exports. */
export const billingService: ServiceDefinition = {
  name: 'billing',
  migrations: billingMigrations,
  projections: [usageLedger, documents],
  publish,
  readSettings: billingSettings,
  assemble: (parts) => assemble(parts, billingSettings(parts.environment)),
};

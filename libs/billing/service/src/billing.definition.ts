import type { ServiceDefinition } from '@smartkey/runtime';
import { billingMigrations } from './billing.migrations.ts';
import { assembleBilling } from './billing.module.ts';
import { billingProfiles } from './billing-profile/billing-profiles.projection.ts';
import { creditNotesProjection } from './credit-notes/credit-notes.projection.ts';
import { documents } from './documents/documents.projection.ts';
import { documentFiles } from './renditions/document-files.projection.ts';
import { usageLedger } from './ledger/usage-ledger.projection.ts';
import { documentsLost } from './losses/document-series.ts';
import { publish } from './log/publish.ts';
import { billingSettings } from './settings/billing.settings.ts';
import { billingNeeds } from './log/needed-rows.ts';

/** Billing: usage, invoices, exports (別紙1). */
export const billingService: ServiceDefinition = {
  name: 'billing',
  needs: billingNeeds,
  migrations: billingMigrations,
  projections: [usageLedger, documents, billingProfiles, creditNotesProjection, documentFiles],
  publish,
  lossAccepted: documentsLost,
  readSettings: billingSettings,
  assemble: (parts) => assembleBilling(parts, billingSettings(parts.environment)),
};

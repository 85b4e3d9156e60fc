export { billingSealedColumns } from './billing-sealed-columns.ts';
export { billingService } from './billing.definition.ts';
export { configuredSeries } from './settings/billing.settings.ts';
export { DocumentSeries } from './losses/document-series.ts';
export { usageLedger } from './ledger/usage-ledger.projection.ts';
export { auditedForms } from './log/audited-forms.ts';
export { openedInvoice } from './log/sealed-recipient.ts';
export { billingNeeds } from './log/needed-rows.ts';

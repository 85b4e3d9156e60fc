export { billingSealedColumns } from './billing-sealed-columns.ts';
export { billingService } from './billing.definition.ts';
export { configuredSeries } from './settings/billing.settings.ts';
export { DocumentSeries } from './losses/document-series.ts';
export { DocumentsPutBack, type HeldDocument } from './losses/put-back.ts';
export { recipientAsDrawnUp } from './losses/recipient-as-drawn-up.ts';
export { usageLedger } from './ledger/usage-ledger.projection.ts';
export { auditedForms } from './log/audited-forms.ts';
export { openedInvoice } from './log/sealed-recipient.ts';

export * from './billing.service.ts';
export { billingSettings, type BillingSettings } from './settings/billing-settings.ts';
export { usageLedger } from './ledger/usage-ledger.projection.ts';
export { documents } from './documents/documents.projection.ts';
export { openedInvoice } from './invoices/sealed-recipient.ts';

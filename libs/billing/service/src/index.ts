export { billingSealedColumns } from './billing-sealed-columns.ts';
export { billingService } from './billing.definition.ts';
export { usageLedger } from './ledger/usage-ledger.projection.ts';
export { openedInvoice } from './log/sealed-recipient.ts';
export { billingNeeds } from './log/needed-rows.ts';

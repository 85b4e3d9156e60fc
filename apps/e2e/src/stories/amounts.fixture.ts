import type { InvoiceDocument } from '@smartkey/testing/end-to-end';

/** The amount of each line by its item. */
export const amountsOf = (invoice: InvoiceDocument | undefined): Record<string, string> =>
  Object.fromEntries((invoice?.lines ?? []).map((line) => [line.item, line.amount]));

/** What the billing service publishes on `smartkey.billing`. */
export interface BillingMessages {
  /** Stream `billing-<ctr_…>`: a month of a contract is done. */
  MonthClosed: { month: string; outcome: 'issued' | 'nothing-due'; number?: string };
  /** Stream `series-<name>`: revision + 1 is the number's count. */
  InvoiceIssued: { number: string; month: string; issuedOn: string; net: string; tax: string; total: string };
  InvoiceExported: { export: string; month: string; format: string; documents: number };
}

export type BillingMessageType = keyof BillingMessages;

import type { InvoiceView } from '../invoices/invoice-view.ts';

/** The invoice of a month as it would be issued now; of a month in which nothing is due only what names it. */
export interface PreviewView
  extends
    Pick<InvoiceView, 'contract' | 'month'>,
    Partial<Omit<InvoiceView, 'number' | 'contract' | 'month'>> {
  readonly outcome: 'invoice' | 'nothing-due';
  /** Whether billing has every event of the month. */
  readonly complete: boolean;
  /** Null until it is issued. */
  readonly number: string | null;
}

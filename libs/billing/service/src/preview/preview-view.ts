import type { Correction } from '../corrections/correction-view.ts';
import type { InvoiceView } from '../invoices/invoice-view.ts';

/**
 * The invoice of a month as it would be issued now, with the adjustments meant for it; of a month in which nothing is due only what names it;
 * of an issued month its documents, and what waits for another.
 */
export interface PreviewView
  extends
    Pick<InvoiceView, 'contract' | 'month'>,
    Partial<Omit<InvoiceView, 'number' | 'contract' | 'month'>> {
  readonly outcome: 'invoice' | 'nothing-due' | 'issued';
  /** Whether billing has every event of the month. */
  readonly complete: boolean;
  /** Null until it is issued. */
  readonly number: string | null;
  /** The documents of an issued month, in the order of issue. */
  readonly issued?: readonly DocumentNumber[];
  /** What no document says yet of an issued month. */
  readonly waiting?: readonly Correction[];
}

/** @shown The number of a document. */
type DocumentNumber = string;

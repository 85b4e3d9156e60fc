import type { FeeId } from '@smartkey/kernel';
import type { ServiceMonth } from '@smartkey/calendar';

/** What is known of a contract's documents when something is asked of it (Invoices: late facts). */
export interface Issued {
  /** The service months that have their ordinary invoice, in order. */
  readonly months: readonly ServiceMonth[];
  /** Of the fees that stand on a document: the month whose invoice, or its correction, that is. */
  readonly fees: Readonly<Record<FeeId, ServiceMonth>>;
}

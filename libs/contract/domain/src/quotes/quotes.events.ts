import type { DomainEvent, ApprovalId } from '@smartkey/kernel';
import type { Quote } from '@smartkey/terms';

export type PriceQuoted = DomainEvent<
  'PriceQuoted',
  {
    readonly quote: Quote;
    readonly reason?: string;
    /** How the contractor agreed; may name people: sealed in the log, not published. */
    readonly agreement?: string;
    /** By which two persons lowered issued months with it (`apr_…`). */
    readonly approval?: ApprovalId;
  }
>;

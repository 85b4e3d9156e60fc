import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Instant, ContractId } from '@smartkey/kernel';
import {
  IsIdOf,
  IsInstantText,
  IsJstDay,
  IsOneOf,
  IsServiceMonth,
  IsText,
  IsYenText,
  PageQuery,
} from '@smartkey/http';

/** Filters of the list of documents. */
export class InvoiceQuery extends PageQuery {
  @IsServiceMonth({ optional: true })
  month?: ServiceMonth;

  @IsIdOf('ctr', { optional: true })
  contract?: ContractId;

  @IsOneOf(['invoice', 'correction', 'credit-note'], { optional: true })
  kind?: string;

  @IsJstDay({ optional: true, description: 'Issued on this day or later.' })
  from?: JstDay;

  @IsJstDay({ optional: true, description: 'Issued on this day or earlier.' })
  to?: JstDay;

  @IsYenText({ optional: true, min: Number.MIN_SAFE_INTEGER, description: 'Total of at least so many yen.' })
  minTotal?: string;

  @IsYenText({ optional: true, min: Number.MIN_SAFE_INTEGER, description: 'Total of at most so many yen.' })
  maxTotal?: string;

  @IsText({ optional: true, max: 200, description: 'Part of the recipient’s name.' })
  party?: string;

  @IsInstantText({ optional: true, description: 'Documents that were known then.' })
  knownAt?: Instant;
}

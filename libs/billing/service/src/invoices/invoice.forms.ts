import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Instant, ContractId } from '@smartkey/kernel';
import {
  IsIdOf,
  IsInstantText,
  IsJstDay,
  IsMatching,
  IsOneOf,
  IsServiceMonth,
  IsText,
  IsYenText,
  DEFAULT_PAGE,
  IsWholeNumberText,
  MAX_PAGE,
} from '@smartkey/http';

/** What documents are looked for by, in a list and in a selection: 取引年月日, 金額 and 取引先 together, and more. */
export class SelectionQuery {
  @IsMatching(/^[A-Z0-9-]{1,16}$/, 'Must be a number or its beginning.', {
    optional: true,
    description: 'What the number begins with.',
  })
  number?: string;

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

/** Filters of the list of documents. */
export class InvoiceQuery extends SelectionQuery {
  @IsWholeNumberText({ optional: true, min: 1, max: MAX_PAGE, description: 'How many items at most.' })
  limit: number = DEFAULT_PAGE;

  @IsText({ optional: true, max: 1024, description: 'nextCursor of the page before.' })
  cursor?: string;
}

import { isJstDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import {
  EXPORT_ENCODINGS,
  EXPORT_FORMATS,
  type ExportEncoding,
  type ExportFormat,
} from '@smartkey/billing-domain';
import { check, field, IsJstDay, IsListOf, IsMatching, IsOneOf, IsServiceMonth } from '@smartkey/http';

/** A day, or `last`. */
const IsSince = (): PropertyDecorator =>
  field(
    { type: String, pattern: '^(last|\\d{4}-\\d{2}-\\d{2})$' },
    {
      optional: true,
      description:
        'Only documents issued on this day or later; `last`: those that no export of the format has taken yet, of whatever month.',
    },
    check(
      'since',
      (value) => value === 'last' || (typeof value === 'string' && isJstDay(value)),
      'Must be a day in Japan, 2018-01-31, or last.',
    ),
  );

export class ExportForm {
  @IsServiceMonth({
    optional: true,
    description:
      'Documents of this service month, whenever they were issued; may be left out with since: last.',
  })
  month?: ServiceMonth;

  @IsOneOf(EXPORT_FORMATS)
  format!: ExportFormat;

  @IsOneOf(EXPORT_ENCODINGS, {
    optional: true,
    description:
      'Default: what the product takes, shift_jis (CP932) for yayoi and kanjo-bugyo, else utf-8-bom.',
  })
  encoding?: ExportEncoding;

  @IsSince()
  since?: JstDay | 'last';
}

const IsExternalNumber = (optional: boolean): PropertyDecorator =>
  IsMatching(/^[0-9A-Za-z][0-9A-Za-z ._/:#-]{0,63}$/, 'Must be 1 to 64 letters, digits and ._/:#-.', {
    optional,
    description: "The ERP's own number.",
  });

export class AcknowledgedItemForm {
  @IsMatching(/^[A-Z][A-Z0-9]{0,5}-\d{9}$/, 'Must be the number of a document, SK-000000001.')
  number!: string;
  @IsExternalNumber(false)
  externalId!: string;
}

/** How many documents are acknowledged at once; several requests add up. */
const ITEMS_AT_ONCE = 1_000;

export class AcknowledgementForm {
  @IsJstDay({ description: 'The day on which the ERP took it in.' })
  on!: JstDay;
  @IsListOf(() => AcknowledgedItemForm, {
    optional: true,
    max: ITEMS_AT_ONCE,
    description: 'Documents by number; requests add up. Without any the whole file is meant.',
  })
  items?: AcknowledgedItemForm[];
  @IsExternalNumber(true)
  externalId?: string;
}

import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import {
  EXPORT_ENCODINGS,
  EXPORT_FORMATS,
  type ExportEncoding,
  type ExportFormat,
} from '@smartkey/billing-domain';
import { IsJstDay, IsOneOf, IsServiceMonth } from '@smartkey/http';

export class ExportForm {
  @IsServiceMonth({ description: 'Documents of this service month.' })
  month!: ServiceMonth;

  @IsOneOf(EXPORT_FORMATS)
  format!: ExportFormat;

  @IsOneOf(EXPORT_ENCODINGS, { optional: true, description: 'Default utf-8-bom.' })
  encoding?: ExportEncoding;

  @IsJstDay({ optional: true, description: 'Only documents issued on this day or later.' })
  since?: JstDay;
}

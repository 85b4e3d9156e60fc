import { IsOneOf } from '../forms/text-fields.ts';
import { PageQuery } from '../forms/page.query.ts';
import { CSV_ENCODINGS, type CsvEncoding } from './csv-encoding.ts';

const IsEncoding = (): PropertyDecorator =>
  IsOneOf(CSV_ENCODINGS, {
    optional: true,
    description:
      'Of CSV: `utf-8-bom` (default) or `shift_jis` (CP932); what that has no place for is named by row.',
  });

/** `?encoding=` of every route that answers CSV. */
export class CsvQuery {
  @IsEncoding()
  encoding: CsvEncoding = 'utf-8-bom';
}

/** The same of a list. */
export class CsvPageQuery extends PageQuery {
  @IsEncoding()
  encoding: CsvEncoding = 'utf-8-bom';
}

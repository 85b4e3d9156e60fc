import type { InvoiceExported } from '@smartkey/billing-domain';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

const { idOf, instant, jstDay, object, oneOf, serviceMonth, text, wholeNumber } = schema;

/** An export as the public surface shows it. */
export type ExportView = Omit<InvoiceExported['data'], 'export'> & {
  readonly id: string;
  readonly exportedAt: Instant;
};

export const exportView = (
  { export: id, ...content }: InvoiceExported['data'],
  exportedAt: Instant,
): ExportView => ({ id, ...content, exportedAt });

export const exportSchema = object({
  id: idOf('exp'),
  number: wholeNumber('1, 2, … over all exports.'),
  month: serviceMonth(),
  format: oneOf(['canonical-csv']),
  encoding: oneOf(['utf-8-bom', 'shift_jis']),
  schemaVersion: text('Of the columns.'),
  'since?': jstDay(),
  documents: wholeNumber(),
  'first?': text(),
  'last?': text(),
  rows: wholeNumber(),
  bytes: wholeNumber(),
  sha256: text(),
  exportedAt: instant(),
});

/** What ERP files are made for. `jp-pint` is no table: an archive with the e-invoice of each document. */
export const EXPORT_FORMATS = [
  'canonical-csv',
  'freee',
  'moneyforward',
  'yayoi',
  'kanjo-bugyo',
  'jp-pint',
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The formats that are tables. */
export type TableFormat = Exclude<ExportFormat, 'jp-pint'>;

/** Accounting products that take journal entries by names of their own masters. */
export const ERP_PRODUCTS = ['freee', 'moneyforward', 'yayoi', 'kanjo-bugyo'] as const;
export type ErpProduct = (typeof ERP_PRODUCTS)[number];

export const EXPORT_ENCODINGS = ['utf-8-bom', 'shift_jis'] as const;
export type ExportEncoding = (typeof EXPORT_ENCODINGS)[number];

export const isProduct = (format: ExportFormat): format is ErpProduct =>
  (ERP_PRODUCTS as readonly string[]).includes(format);

import type { Schemas } from '../../api/portal-api.ts';
import { calledIfKnown, type Words } from '../../visit/language.ts';

export const FORMATS: Readonly<Record<Schemas['ExportForm']['format'], Words>> = {
  'canonical-csv': ['標準CSV', 'Canonical CSV'],
  freee: ['freee', 'freee'],
  moneyforward: ['マネーフォワード', 'Money Forward'],
  yayoi: ['弥生', 'Yayoi'],
  'kanjo-bugyo': ['勘定奉行', 'Kanjo Bugyo'],
  'jp-pint': ['電子インボイス（JP PINT）', 'E-invoices (JP PINT)'],
};

export const formatText = calledIfKnown(FORMATS);

export const ENCODINGS: Readonly<Record<NonNullable<Schemas['Export']['encoding']>, string>> = {
  'utf-8-bom': 'UTF-8（BOM付き）',
  shift_jis: 'Shift_JIS（CP932）',
};

/** Several tables, or an electronic invoice each: they come as one archive. */
export const isArchive = ({ format, files }: Pick<Schemas['Export'], 'format' | 'files'>): boolean =>
  format === 'jp-pint' || files !== undefined;

import type { Schemas } from '../../api/portal-api.ts';
import type { Told } from '../../visit/language.ts';

export const FORMATS: Readonly<Record<Schemas['ExportForm']['format'], readonly [string, string]>> = {
  'canonical-csv': ['標準CSV', 'Canonical CSV'],
  freee: ['freee', 'freee'],
  moneyforward: ['マネーフォワード', 'Money Forward'],
  yayoi: ['弥生', 'Yayoi'],
  'kanjo-bugyo': ['勘定奉行', 'Kanjo Bugyo'],
  'jp-pint': ['電子インボイス（JP PINT）', 'E-invoices (JP PINT)'],
};

export const formatText = (format: string, t: Told): string => {
  const known = (FORMATS as Readonly<Record<string, readonly [string, string]>>)[format];
  return known === undefined ? format : t(...known);
};

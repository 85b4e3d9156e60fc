import type { ExportFormat } from '@smartkey/billing-domain';

interface Named {
  readonly format: ExportFormat;
  readonly number: number;
  readonly month?: string;
}

/** `smartkey-freee-2024-01-3`: what the file of an export is called, without its suffix. */
export function exportName({ format, month = 'all', number }: Named): string {
  const kind = format === 'canonical-csv' ? '' : `${format}-`;
  return `smartkey-${kind}${month}-${number}`;
}

/** The name of one table in an archive of several. */
export const sheetNameOf = (named: Named, sheet: string): string =>
  `${exportName(named)}${sheet.startsWith('~') ? '' : '-'}${sheet.replaceAll('~', '-')}.csv`;

import { isFormula } from '@smartkey/kernel';

/** A cell as CSV (RFC 4180), with an apostrophe before what a spreadsheet would take for a formula; numbers stay numbers. */
function csvCell(value: string): string {
  const safe = isFormula(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A record of CSV with its line end. */
export const csvRecord = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

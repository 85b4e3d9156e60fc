/** A cell that a spreadsheet would run as a formula: text beginning with = + - @, also of full width, a tab or a carriage return. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/** A cell as CSV (RFC 4180), with an apostrophe before what a spreadsheet would take for a formula; numbers stay numbers. */
function csvCell(value: string): string {
  const safe = FORMULA.test(value) && !PLAIN_NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A record of CSV with its line end. */
export const csvRecord = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

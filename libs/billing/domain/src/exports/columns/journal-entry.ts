import type { JstDay } from '@smartkey/calendar';
import { magnitude, type Yen } from '@smartkey/money';
import type { BookedLine } from '../booked-line.ts';
import { salesAccount, type LedgerAccount, type ProductSettings } from '../settings/export-settings.ts';

/** One line of a document as a product's books take it. */
export interface JournalRow {
  readonly line: BookedLine;
  readonly settings: ProductSettings;
  /** 1, 2, … within the file: lines of one document and day are one slip. */
  readonly slip: number;
  readonly firstOfSlip: boolean;
}

/** One side of an entry; amounts are not negative. */
export interface Side {
  readonly account: LedgerAccount;
  readonly taxName: string;
  /** Whether it carries the tax: the side of the sales. */
  readonly isSales: boolean;
  readonly net: Yen;
  readonly tax: Yen;
  readonly gross: Yen;
}

/** Whether a line lowers the sales: its sides are swapped, for no product takes negative amounts everywhere. */
export const isReduction = ({ gross }: BookedLine): boolean => gross.startsWith('-');

/** Receivable against sales, tax-inclusive, each line balanced by itself. */
export function sidesOf({ line, settings }: JournalRow): { readonly debit: Side; readonly credit: Side } {
  const gross = magnitude(line.gross);
  const receivable: Side = {
    account: settings.receivable,
    taxName: settings.untaxedName,
    isSales: false,
    net: gross,
    tax: '0',
    gross,
  };
  const sales: Side = {
    account: salesAccount(settings, line.booked),
    taxName: salesTaxName({ line, settings }),
    isSales: true,
    net: magnitude(line.net),
    tax: magnitude(line.tax),
    gross,
  };
  return isReduction(line) ? { debit: sales, credit: receivable } : { debit: receivable, credit: sales };
}

export function salesTaxName({ line, settings }: Pick<JournalRow, 'line' | 'settings'>): string {
  const own = line.booked === 'CREDIT' ? settings.creditTaxNames[line.taxCode] : undefined;
  return own ?? settings.taxNames[line.taxCode];
}

/** What stands for the customer, where a product has a place for it. */
export function customerIn({ line, settings }: Pick<JournalRow, 'line' | 'settings'>): string {
  switch (settings.customer) {
    case 'code':
      return line.customerCode;
    case 'name':
      return line.recipient;
    case 'none':
      return '';
  }
}

/** The documents that a line stands on and that it corrects, and whose it is: for the memo beside the summary. */
export const memoOf = ({ number, original, customerCode }: BookedLine): string =>
  [number, ...(original === undefined ? [] : [`元 ${original}`]), customerCode].join(' ');

/** `2024/01/31`. */
export const slashed = (day: JstDay): string => day.replaceAll('-', '/');

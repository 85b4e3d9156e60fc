import { big, sumOfYen, type Decimal, type Yen } from '@smartkey/money';
import type { ClosedSpan, JstDay } from '@smartkey/calendar';
import type { TaxCode, TaxGroup } from '@smartkey/billing-domain';

/** What every line is a part of. */
export const SERVICE_NAME = 'SmartKey マネージメントサービス';

/** Keeps what it stands in on one line; it is not set. */
export const JOINER = '\u2060';

/** A text that no line ends in, unless it is longer than the line. */
export const together = (text: string): string => [...text].join(JOINER);

/** 2024年1月31日. */
export const dayInWords = (day: JstDay): string =>
  `${Number(day.slice(0, 4))}年${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

export const spanInWords = ({ from, to }: ClosedSpan): string =>
  from === to ? dayInWords(from) : `${dayInWords(from)} ～ ${dayInWords(to)}`;

/** 1,234.5, with a true minus. */
export function figures(decimal: Decimal | number): string {
  const value = String(decimal);
  const [whole = '', fraction] = value.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value.startsWith('-') ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** ¥44,563. */
export const yenInWords = (amount: Decimal): string => figures(amount).replace(/^−?/, (sign) => `${sign}¥`);

export const isBelowZero = (amount: Yen): boolean => big(amount).lt(0);

/** 10%; the old 8% is told apart from the reduced one, and from the month when it ended on it is named as old. */
export function rateInWords(taxCode: TaxCode, isOld: boolean): string {
  switch (taxCode) {
    case 'JP-STD-10-2019':
      return '10%';
    case 'JP-STD-8-2014':
      return isOld ? '旧8%' : '8%';
    case 'JP-RED-8-2019':
      return '8%(軽減)';
    case 'JP-OUT':
      return '対象外';
  }
}

/** Tax-inclusive amount of a rate, as a 区分記載請求書 shows it. */
export const inclusive = ({ taxable, tax }: TaxGroup): Yen => sumOfYen([taxable, tax]);

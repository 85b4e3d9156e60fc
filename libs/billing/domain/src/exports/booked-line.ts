import {
  lastDayOf,
  monthOfDay,
  firstDayOf,
  type ClosedSpan,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import { paired, type ContractId } from '@smartkey/kernel';
import { sumOfYen, type Decimal, type Yen } from '@smartkey/money';
import type { DocumentKind, Invoice, InvoiceLine, LineItem } from '../invoice/invoice.ts';
import { monthInWords } from '../invoice/month-in-words.ts';
import type { TaxCode } from '../tax/tax-code.ts';
import { taxOfLines } from './line-tax.ts';

/** What lines are called in files. */
const LINE_TYPES = {
  base: 'BASE',
  'account-usage': 'ACCOUNT',
  'auth-api-usage': 'AUTH_API',
  'initial-fee': 'INITIAL',
  'one-time-fee': 'ONE_OFF',
  adjustment: 'ADJ',
  credit: 'CREDIT',
} as const satisfies Readonly<Record<LineItem, string>>;

export type LineType = (typeof LINE_TYPES)[LineItem];

/** What accounts are kept for: an adjustment goes to the account of what it corrects. */
export const BOOKED_TYPES = ['BASE', 'ACCOUNT', 'AUTH_API', 'INITIAL', 'ONE_OFF', 'CREDIT'] as const;
export type BookedType = (typeof BOOKED_TYPES)[number];

const NAMES: Readonly<Record<BookedType, string>> = {
  BASE: '月額基本料',
  ACCOUNT: 'アカウント使用料',
  AUTH_API: '認証API使用料',
  INITIAL: '初期費用',
  ONE_OFF: '一時費用',
  CREDIT: '値引',
};

/** 計上日: the last day of supply, or the day of issue. */
export const POSTING_DATES = ['last-day-of-supply', 'issue-day'] as const;
export type PostingDate = (typeof POSTING_DATES)[number];

/** One line of a document as books take it: with its share of the tax, its period and its day. */
export interface BookedLine {
  readonly number: string;
  readonly kind: DocumentKind;
  readonly contract: ContractId;
  readonly customerCode: string;
  readonly recipient: string;
  readonly issuedOn: JstDay;
  readonly dueOn: JstDay;
  readonly registrationNumber: string | null;
  /** Of the whole document, tax-inclusive. */
  readonly total: Yen;
  readonly n: number;
  readonly lineType: LineType;
  /** Whose account it goes to. */
  readonly booked: BookedType;
  /** The service month that it belongs to: of an adjustment the corrected one. */
  readonly month: ServiceMonth;
  readonly period: ClosedSpan;
  readonly postedOn: JstDay;
  readonly quantity: Decimal;
  readonly unitPrice: Decimal | null;
  readonly taxCode: TaxCode;
  /** Per cent; missing for what is out of scope. */
  readonly rate?: string;
  readonly net: Yen;
  readonly tax: Yen;
  readonly gross: Yen;
  /** Of the document under the line's code. */
  readonly taxableOfRate?: Yen;
  readonly taxOfRate?: Yen;
  /** Number of the invoice that the line corrects. */
  readonly original?: string;
  /** `SK-000000007 アカウント使用料 2024年1月分`: at most 49 half-width characters. */
  readonly summary: string;
}

export interface Booking {
  readonly customerCode: string;
  readonly postingDate: PostingDate;
}

/** A document's lines as books take them, in their order. */
export function bookedLines(
  document: Invoice,
  { customerCode, postingDate }: Booking,
): readonly BookedLine[] {
  const taxes = taxOfLines(document.lines, document.taxes);
  const common = {
    number: document.number,
    kind: document.kind,
    contract: document.contract,
    customerCode,
    recipient: document.recipient.name,
    issuedOn: document.issuedOn,
    dueOn: document.dueOn,
    registrationNumber: document.issuer.registrationNumber,
    total: document.total,
  };
  return paired(document.lines, taxes).map(([line, tax]): BookedLine => {
    const group = document.taxes.find(({ taxCode }) => taxCode === line.taxCode);
    const booked = bookedType(line);
    const month = monthOfLine(document, line);
    const period = periodOf(document, line);
    const corrected = line.item === 'adjustment' ? '訂正' : '';
    return {
      ...common,
      n: line.n,
      lineType: LINE_TYPES[line.item],
      booked,
      month,
      period,
      postedOn: postedOn(document, period, postingDate),
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      taxCode: line.taxCode,
      ...(group?.rate !== undefined && line.taxCode !== 'JP-OUT' && { rate: group.rate }),
      net: line.amount,
      tax,
      gross: sumOfYen([line.amount, tax]),
      ...(group && { taxableOfRate: group.taxable, taxOfRate: group.tax }),
      ...(line.corrects && { original: line.corrects.number }),
      summary: `${document.number} ${NAMES[booked]}${corrected} ${monthInWords(month)}`,
    };
  });
}

function bookedType({ item, corrects }: InvoiceLine): BookedType {
  const type = LINE_TYPES[item === 'adjustment' && corrects !== undefined ? corrects.item : item];
  if (type === 'ADJ') throw new RangeError('an adjustment names what it corrects');
  return type;
}

const isFee = ({ fee, corrects }: InvoiceLine): boolean => fee !== undefined || corrects?.fee !== undefined;

function monthOfLine(document: Invoice, line: InvoiceLine): ServiceMonth {
  return isFee(line) ? monthOfDay(line.date) : (line.corrects?.month ?? document.month);
}

/** A fee's period is its own day, a monthly item's the document's; an adjustment's of another month that month. */
function periodOf(document: Invoice, line: InvoiceLine): ClosedSpan {
  if (isFee(line)) return { from: line.date, to: line.date };
  const month = line.corrects?.month;
  if (month === undefined || month === document.month) return document.period;
  return { from: firstDayOf(month), to: lastDayOf(month) };
}

/** A reduction that is agreed later (対価の返還) belongs to the day on which it is made, whatever the setting (消法38条). */
const postedOn = ({ kind, issuedOn }: Invoice, { to }: ClosedSpan, postingDate: PostingDate): JstDay =>
  kind === 'credit-note' || postingDate === 'issue-day' ? issuedOn : to;

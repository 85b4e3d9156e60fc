import { monthOfDay, nextMonth, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import type { Invoice } from '../invoice/invoice.ts';
import type { Story } from '../testing/story.fixture.ts';

/** A document as far as the rules say what it comes to. */
export interface Expected {
  readonly kind: 'invoice' | 'correction';
  readonly month: ServiceMonth;
  /** `month item fee code amount` of each line. */
  readonly lines: readonly string[];
  /** `code taxable tax` of each row, by rate. */
  readonly taxes: readonly string[];
}

interface Line {
  readonly of: string;
  readonly code: string;
  readonly amount: bigint;
  /** 0 yen of a fee makes no row. */
  readonly monthly: boolean;
}

const PERCENT: Readonly<Record<string, bigint>> = {
  'JP-STD-10-2019': 10n,
  'JP-STD-8-2014': 8n,
  'JP-OUT': 0n,
};
const ENDED = 'JP-STD-8-2014';

const codeOn = (day: string, out: boolean): string =>
  out ? 'JP-OUT' : day >= '2019-10-01' ? 'JP-STD-10-2019' : ENDED;

/** Rounded down on the absolute value, as `bigint` divides. */
const taxOn = (net: bigint, code: string): bigint => (net * PERCENT[code]!) / 100n;

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

const daysOf = (month: ServiceMonth): number =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();

/** Base fee and account usage of a month, by integers alone; `undefined` where they cannot be rated. */
function rated(story: Story, month: ServiceMonth): readonly Line[] | undefined {
  const { window, quote, usedDays } = story.measured(month);
  if (window === undefined) return [];
  if (quote?.plan !== 'enterprise') return undefined;
  const days = daysOf(month);
  const served = BigInt(Number(window.to.slice(8)) - Number(window.from.slice(8)) + 1);
  const price = BigInt(quote.baseFee);
  const base = quote.baseFeeInPartialMonth === 'full' ? price : (price * served) / BigInt(days);
  // Prices in millionths, coefficients in thousandths.
  const [whole, part = ''] = quote.accountFee.split('.');
  const millionths = BigInt(whole! + part.padEnd(6, '0'));
  const thousandths = usedDays.reduce(
    (all, [used, count]) => all + Math.floor((used * 1000) / days) * count,
    0,
  );
  const usage = (BigInt(thousandths) * millionths) / 1_000_000_000n;
  const code = codeOn(`${month}-${days}`, false);
  return [
    { of: `${month} base`, code, amount: base, monthly: true },
    { of: `${month} account-usage`, code, amount: usage, monthly: true },
  ];
}

/** What is billed of each item under a code, in the order in which the rules list items of a month. */
function billed(documents: readonly Invoice[]): Map<string, bigint> {
  const all = new Map<string, bigint>();
  for (const { month, lines } of documents)
    for (const line of lines) {
      const of =
        line.item === 'adjustment'
          ? `${line.corrects!.month} ${line.corrects!.fee ?? line.corrects!.item}`
          : `${month} ${line.fee ?? line.item}`;
      const key = `${of} ${line.taxCode}`;
      all.set(key, (all.get(key) ?? 0n) + BigInt(line.amount));
    }
  return all;
}

function rows(lines: readonly Line[], tax: (code: string, net: bigint) => bigint): readonly string[] {
  return Object.keys(PERCENT)
    .filter((code) => lines.some((line) => line.code === code && (line.amount !== 0n || line.monthly)))
    .map((code) => {
      const net = sum(lines.filter((line) => line.code === code).map(({ amount }) => amount));
      return `${code} ${net} ${tax(code, net)}`;
    });
}

const written = (lines: readonly Line[]): readonly string[] =>
  lines.map(({ of, code, amount }) => `${of} ${code} ${amount}`);

/**
 * The documents that a close makes, read from the rules sentence by sentence (Which months, Order, Corrections) with arithmetic of its
 * own and none of the code that plans them.
 */
export function byThePlainReading(story: Story, closing: ServiceMonth, day: JstDay): readonly Expected[] {
  const { documents, fees, issued } = story;
  const counted = documents.filter(({ kind }) => kind !== 'credit-note');
  const onPaper = new Set(counted.flatMap(({ lines }) => lines.flatMap(({ fee }) => fee ?? [])));
  const owed = fees.filter((fee) => !fee.waived && !onPaper.has(fee.fee));
  const feeLine = (fee: (typeof fees)[number], month: ServiceMonth): Line => ({
    of: `${month} ${fee.fee}`,
    code: codeOn(fee.arisenOn, fee.taxCode === 'out-of-scope'),
    amount: BigInt(fee.amount),
    monthly: false,
  });
  const byDay = [...owed].sort((a, b) => (a.arisenOn < b.arisenOn ? -1 : a.arisenOn > b.arisenOn ? 1 : 0));
  const isIssued = (month: ServiceMonth): boolean => issued.includes(month);
  const owes = (month: ServiceMonth): boolean =>
    story.measured(month).window !== undefined || owed.some((fee) => monthOfDay(fee.arisenOn) === month);

  // Rated again − (issued + corrected), per item and code, over all that is billed or rated.
  const differences: (Line & { readonly month: ServiceMonth })[] = [];
  const all = billed(counted);
  let parked: ServiceMonth | undefined;
  const park = (month: ServiceMonth): void => {
    if (parked === undefined || month < parked) parked = month;
  };
  for (const month of issued) {
    const now = rated(story, month);
    if (now === undefined) {
      park(month);
      continue;
    }
    const right = new Map(now.map((line) => [`${line.of} ${line.code}`, line.amount]));
    const inOrder = [
      ...['base', 'account-usage'].map((item) => `${month} ${item} `),
      ...[...fees]
        .sort((a, b) => (a.arisenOn < b.arisenOn ? -1 : a.arisenOn > b.arisenOn ? 1 : 0))
        .map(({ fee }) => `${month} ${fee} `),
    ];
    for (const item of inOrder)
      for (const key of [...new Set([...all.keys(), ...right.keys()])].filter((each) =>
        each.startsWith(item),
      )) {
        const [, name, code] = key.split(' ') as [string, string, string];
        const fee = fees.find((each) => each.fee === name);
        const was = all.get(key) ?? 0n;
        const is = fee === undefined ? (right.get(key) ?? 0n) : fee.waived ? 0n : was;
        if (is !== was)
          differences.push({ month, of: `${month} ${name}`, code, amount: is - was, monthly: false });
      }
  }

  // The first later month, up to the run's, that is not issued and meets the window or owes a fee.
  const next = (month: ServiceMonth): ServiceMonth | undefined => {
    for (let later = nextMonth(month); later <= monthOfDay(day); later = nextMonth(later))
      if (!isIssued(later) && owes(later)) return later;
    return undefined;
  };
  const late = byDay.filter((fee) => isIssued(monthOfDay(fee.arisenOn)));
  const isKeptOff = (code: string, month: ServiceMonth): boolean => month >= '2023-10' && code === ENDED;
  const hasNumber = /^T\d{13}$/.test(story.issuer.registrationNumber ?? '');

  const last = issued.at(-1) ?? closing;
  const end = last > closing ? last : closing;
  const due: ServiceMonth[] = [];
  for (let month: ServiceMonth = '2018-01'; month <= end; month = nextMonth(month))
    if (!isIssued(month) && owes(month)) due.push(month);
  for (const month of due)
    if (rated(story, month) === undefined || (month >= '2023-10' && !hasNumber)) park(month);

  const documentsOf = (allowed: boolean): readonly Expected[] => {
    const made: Expected[] = [];
    const taken = new Set<unknown>();
    const inOwnDocument = new Set<ServiceMonth>();
    for (const month of due) {
      if (parked !== undefined && month >= parked) break;
      const own = byDay.filter((fee) => monthOfDay(fee.arisenOn) === month);
      const meantFees = late.filter(
        (fee) => next(monthOfDay(fee.arisenOn)) === month && !isKeptOff(feeLine(fee, month).code, month),
      );
      const standing = byDay.filter((fee) => own.includes(fee) || meantFees.includes(fee));
      const meant = differences.filter((each) => next(each.month) === month && !isKeptOff(each.code, month));
      const without = [...rated(story, month)!, ...standing.map((fee) => feeLine(fee, month))];
      const total = (lines: readonly Line[]): bigint =>
        sum(
          Object.keys(PERCENT).map((code) => {
            const net = sum(lines.filter((line) => line.code === code).map(({ amount }) => amount));
            return net + taxOn(net, code);
          }),
        );
      const stand = total([...without, ...meant]) >= 0n;
      const lines = stand ? [...without, ...meant] : without;
      made.push({
        kind: 'invoice',
        month,
        lines: written(lines),
        taxes: rows(lines, (code, net) => taxOn(net, code)),
      });
      for (const each of [...meantFees, ...(stand ? meant : [])]) taken.add(each);
      if (!stand) for (const each of meant) inOwnDocument.add(each.month);
      for (const each of differences)
        if (next(each.month) === month && isKeptOff(each.code, month)) inOwnDocument.add(each.month);
      for (const fee of late) {
        const of = monthOfDay(fee.arisenOn);
        if (next(of) === month && isKeptOff(feeLine(fee, of).code, month)) inOwnDocument.add(of);
      }
    }
    if (parked !== undefined || !allowed) return made;
    for (const month of issued) {
      if (next(month) !== undefined && !inOwnDocument.has(month)) continue;
      const lines = [
        ...late
          .filter((fee) => monthOfDay(fee.arisenOn) === month && !taken.has(fee))
          .map((fee) => feeLine(fee, month)),
        ...differences.filter((each) => each.month === month && !taken.has(each)),
      ];
      if (lines.length === 0) continue;
      if (month >= '2023-10' && !hasNumber) {
        park(month);
        return documentsOf(false);
      }
      const whole = counted.filter(
        (each) => (each.kind === 'invoice' ? each.month : each.corrects!.month) === month,
      );
      made.push({
        kind: 'correction',
        month,
        lines: written(lines),
        taxes: rows(lines, (code, net) => {
          const carried = whole.flatMap(({ taxes }) => taxes.filter(({ taxCode }) => taxCode === code));
          return (
            taxOn(sum(carried.map(({ taxable }) => BigInt(taxable))) + net, code) -
            sum(carried.map(({ tax }) => BigInt(tax)))
          );
        }),
      });
    }
    return made;
  };
  return documentsOf(true);
}

/** A document that was made, in the same words. */
export const inTheSameWords = ({ kind, month, lines, taxes }: Invoice): Expected => ({
  kind: kind as Expected['kind'],
  month,
  lines: lines.map(({ item, fee, corrects, taxCode, amount }) =>
    item === 'adjustment'
      ? `${corrects!.month} ${corrects!.fee ?? corrects!.item} ${taxCode} ${amount}`
      : `${month} ${fee ?? item} ${taxCode} ${amount}`,
  ),
  taxes: taxes.map(({ taxCode, taxable, tax }) => `${taxCode} ${taxable} ${tax}`),
});

/** What was said and acknowledged of one contract, and what it owes by that: the rules by integers alone, with no code of the service. */
export interface ToldContract {
  readonly id: string;
  readonly plan: 'enterprise' | 'service-provider';
  readonly acceptedOn: string;
  start: string | undefined;
  notice: { readonly id: string; readonly requestedDay?: string; readonly effectiveDay: string } | undefined;
  readonly quotes: ToldQuote[];
  readonly accounts: Map<string, ToldSpell[]>;
  readonly fees: ToldFee[];
  /** Japanese days of successful authentications, one for each. */
  readonly successes: string[];
}

export interface ToldQuote {
  readonly id: string;
  readonly month: string;
  readonly baseFee: string;
  readonly prorated: boolean;
  /** Of an account and month, or of a success. */
  readonly price: string;
}

export interface ToldSpell {
  from: string;
  to?: string;
}

export interface ToldFee {
  readonly id: string;
  readonly day: string;
  readonly amount: string;
  readonly outOfScope: boolean;
  waived: boolean;
}

const DAY_MILLIS = 86_400_000;
const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MILLIS;
const dayOf = (number: number): string => new Date(number * DAY_MILLIS).toISOString().slice(0, 10);
export const daysAfter = (day: string, days: number): string => dayOf(numberOf(day) + days);
export const nextMonthOf = (month: string): string => daysAfter(`${month}-28`, 5).slice(0, 7);
export const lastDayOf = (month: string): string => daysAfter(`${nextMonthOf(month)}-01`, -1);

/** 第6条: the later of the 30th day after the arrival and the day asked for. */
export function effectiveDayOf(arrivedOn: string, requestedDay: string | undefined): string {
  const thirtieth = daysAfter(arrivedOn, 30);
  return requestedDay !== undefined && requestedDay > thirtieth ? requestedDay : thirtieth;
}

/** Consumption tax by the day of supply. */
export const codeOn = (day: string, outOfScope = false): string => {
  if (outOfScope) return 'JP-OUT';
  return day >= '2019-10-01' ? 'JP-STD-10-2019' : 'JP-STD-8-2014';
};

export function governing(quotes: readonly ToldQuote[], month: string): ToldQuote | undefined {
  const latest = quotes
    .map((quote) => quote.month)
    .filter((from) => from <= month)
    .sort()
    .at(-1);
  return quotes.findLast((quote) => quote.month === latest);
}

/** Millionths of a decimal text. */
function millionths(decimal: string): bigint {
  const [whole, part = ''] = decimal.split('.');
  return BigInt(whole! + part.padEnd(6, '0'));
}

/** Distinct days of spells within a window. */
function usedDays(spells: readonly ToldSpell[], from: string, to: string): number {
  const days = new Set<number>();
  for (const spell of spells)
    for (
      let day = Math.max(numberOf(spell.from), numberOf(from));
      day <= Math.min(numberOf(spell.to ?? to), numberOf(to));
      day += 1
    )
      days.add(day);
  return days.size;
}

function usageOf(told: ToldContract, quote: ToldQuote, month: string, from: string, to: string): bigint {
  const price = millionths(quote.price);
  if (told.plan === 'service-provider') {
    const count = told.successes.filter((day) => day >= from && day <= to).length;
    return (BigInt(count) * price) / 1_000_000n;
  }
  const days = Number(lastDayOf(month).slice(8));
  const thousandths = [...told.accounts.values()]
    .map((spells) => Math.floor((usedDays(spells, from, to) * 1_000) / days))
    .reduce((sum, each) => sum + each, 0);
  return (BigInt(thousandths) * price) / 1_000_000_000n;
}

/** Yen by `contract month item code`, or `contract fee code`, of all months up to one; nothing of 0 yen. */
export function owedUpTo(told: ToldContract, last: string | undefined): ReadonlyMap<string, bigint> {
  const owed = new Map<string, bigint>();
  if (last === undefined) return owed;
  const add = (key: string, amount: bigint): void => {
    if (amount !== 0n) owed.set(`${told.id} ${key}`, amount);
  };
  const { start, notice } = told;
  for (
    let month = told.acceptedOn.slice(0, 7);
    start !== undefined && month <= last;
    month = nextMonthOf(month)
  ) {
    const [first, end] = [`${month}-01`, lastDayOf(month)];
    const from = start > first ? start : first;
    const to = notice !== undefined && notice.effectiveDay < end ? notice.effectiveDay : end;
    const quote = governing(told.quotes, month);
    if (from > to || quote === undefined) continue;
    const served = BigInt(numberOf(to) - numberOf(from) + 1);
    const base = BigInt(quote.baseFee);
    const days = BigInt(Number(end.slice(8)));
    const usage = told.plan === 'enterprise' ? 'account-usage' : 'auth-api-usage';
    add(`${month} base ${codeOn(end)}`, quote.prorated ? (base * served) / days : base);
    add(`${month} ${usage} ${codeOn(end)}`, usageOf(told, quote, month, from, to));
  }
  for (const { id, day, amount, outOfScope, waived } of told.fees)
    if (!waived && day.slice(0, 7) <= last) add(`${id} ${codeOn(day, outOfScope)}`, BigInt(amount));
  return owed;
}

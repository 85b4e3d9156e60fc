import { describe, expect, it } from '@jest/globals';
import {
  addMonths,
  dayOfNumber,
  firstDayOf,
  monthOfDay,
  numberOfDay,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import { sumOfYen, type Yen } from '@smartkey/money';
import fc from 'fast-check';
import { formOf } from '../invoice/invoice-form.ts';
import { numberOf } from '../invoice/document-number.ts';
import type { Invoice } from '../invoice/invoice.ts';
import { DEFAULT_POLICIES, policyIn } from '../policies/billing-policy.ts';
import { CURRENT_RULES } from '../rules/rule-versions.ts';
import { hasEnded, taxCodeOn } from '../tax/tax-code.ts';
import { taxOf } from '../tax/tax-groups.ts';
import { Story } from '../testing/story.fixture.ts';
import { billedItems } from './billed-items.ts';

/** Months across 2019-10 and across 2023-10; an account may be found for any day of them and of the month before. */
const FIRST_MONTHS = ['2018-01', '2019-08', '2023-08'] as const;
const MONTHS = 4;

type Step =
  | {
      readonly do: 'spells';
      readonly account: number;
      readonly spells: readonly (readonly [number, number])[];
    }
  | { readonly do: 'start' | 'end'; readonly day: number }
  | { readonly do: 'resume' }
  | {
      readonly do: 'quote';
      readonly month: number;
      readonly baseFee: number;
      readonly accountFee: string;
      readonly prorated: boolean;
    }
  | { readonly do: 'fee'; readonly day: number; readonly amount: number; readonly out: boolean }
  | { readonly do: 'waive'; readonly fee: number; readonly mistake: boolean }
  | { readonly do: 'close'; readonly again: number; readonly killedAfter: number };

const day = fc.integer({ min: 0, max: 31 * MONTHS });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('close' as const),
      again: fc.integer({ min: 0, max: 2 }),
      killedAfter: fc.integer({ min: 0, max: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('spells' as const),
      account: fc.integer({ min: 0, max: 5 }),
      spells: fc.array(fc.tuple(day, fc.integer({ min: 0, max: 60 })), { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('start' as const, 'end' as const), day }) },
  { weight: 1, arbitrary: fc.constant({ do: 'resume' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('quote' as const),
      month: fc.integer({ min: 0, max: MONTHS }),
      baseFee: fc.integer({ min: 0, max: 20_000 }),
      accountFee: fc.constantFrom('300', '0.33', '1234.5'),
      prorated: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fee' as const),
      day,
      amount: fc.integer({ min: 1, max: 30_000 }),
      out: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('waive' as const), fee: fc.nat(20), mistake: fc.boolean() }),
  },
);

/** A story that goes through the steps; a close is of the next month, or of one before it. */
class Run {
  readonly story = new Story();
  /** Of the last close. */
  day: JstDay;
  readonly #first: JstDay;
  #next: ServiceMonth;
  #fees = 0;

  constructor(
    first: ServiceMonth,
    private readonly kills: boolean,
  ) {
    this.#first = firstDayOf(first);
    this.day = this.#first;
    this.#next = first;
    this.story.quote(addMonths(first, -1)).start(this.#first).accounts(2, this.#first, undefined, 'rid_base');
  }

  #day(offset: number): JstDay {
    return dayOfNumber(numberOfDay(this.#first) + offset);
  }

  take(step: Step): void {
    const { story } = this;
    switch (step.do) {
      case 'spells':
        return void story.spells(
          `rid_${step.account}`,
          step.spells.map(([from, length]) => ({ from: this.#day(from), to: this.#day(from + length) })),
        );
      case 'start':
        return void story.start(this.#day(step.day));
      case 'end':
        return void story.end(this.#day(step.day));
      case 'resume':
        return void story.end(undefined);
      case 'quote':
        return void story.quote(addMonths(monthOfDay(this.#first), step.month), {
          baseFee: String(step.baseFee),
          accountFee: step.accountFee,
          baseFeeInPartialMonth: step.prorated ? 'prorated' : 'full',
        } as never);
      case 'fee':
        this.#fees += 1;
        return void story.fee(`fee_${this.#fees}`, this.#day(step.day), `${BigInt(step.amount)}`, {
          taxCode: step.out ? 'out-of-scope' : 'standard',
        });
      case 'waive':
        return void story.waive(`fee_${step.fee}`, step.mistake ? 'error' : 'agreement');
      case 'close':
        return this.close(addMonths(this.#next, -step.again), step.killedAfter);
    }
  }

  close(month: ServiceMonth, killedAfter: number): void {
    this.day = firstDayOf(addMonths(this.#next, 1));
    if (this.kills) this.story.close(month, { day: this.day, killedAfter });
    this.story.close(month, { day: this.day });
    if (month === this.#next) this.#next = addMonths(this.#next, 1);
  }

  /** Ends the contract and lets everything that still waits fall due. */
  settle(): void {
    this.story.end(this.#day(31 * MONTHS));
    for (let more = 0; more < 3; more += 1) this.close(addMonths(monthOfDay(this.#first), MONTHS + more), 0);
    while (this.#next <= addMonths(monthOfDay(this.#first), MONTHS + 3)) this.close(this.#next, 0);
  }
}

/** One rating over all facts, of what is issued: by item of each issued month, and each fee. */
function ratedAtOnce(story: Story): ReadonlyMap<string, Yen> {
  const rated = new Map<string, Yen>();
  for (const month of story.issued) {
    const measured = story.measured(month);
    const { window, quote } = measured;
    if (window === undefined || quote === undefined) continue;
    const policy = policyIn(DEFAULT_POLICIES, month);
    for (const { item, taxCode, amount } of CURRENT_RULES.monthlyLines(
      measured,
      window,
      quote,
      policy.yenRounding,
    ))
      rated.set(`${month}/${item}/${taxCode}`, amount);
  }
  return rated;
}

const isCounted = ({ kind }: Invoice): boolean => kind !== 'credit-note';
const sumOf = (amounts: ReadonlyMap<string, Yen>, more: Iterable<readonly [string, Yen]>) => {
  const sums = new Map(amounts);
  for (const [key, amount] of more) sums.set(key, sumOfYen([sums.get(key) ?? '0', amount]));
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== '0').sort());
};

function holds({ story, day }: Run): void {
  const { documents } = story;
  const { waiting } = story.plan(story.issued[0]!, { day });
  const billed = [...billedItems(documents.filter(isCounted)).values()];
  const monthly = [
    ...billed.filter(({ fee }) => fee === undefined),
    ...waiting.filter(({ fee }) => fee === undefined),
  ];
  // Net per item over all documents, and what waits, is one rating over all facts.
  expect(
    sumOf(
      new Map(),
      monthly.map(({ month, item, taxCode, amount }) => [`${month}/${item}/${taxCode}`, amount] as const),
    ),
  ).toEqual(sumOf(ratedAtOnce(story), []));
  const ofFees = [
    ...billed.flatMap(({ fee, taxCode, amount }) =>
      fee === undefined ? [] : [[`${fee}/${taxCode}`, amount] as const],
    ),
    ...waiting.flatMap(({ fee, taxCode, amount }) =>
      fee === undefined ? [] : [[`${fee}/${taxCode}`, amount] as const],
    ),
  ];
  const owed = story.fees.filter((fee) => !fee.waived && story.issued.includes(monthOfDay(fee.arisenOn)));
  expect(sumOf(new Map(), ofFees)).toEqual(
    sumOf(
      new Map(),
      owed.map((fee) => [`${fee.fee}/${taxCodeOn(fee.arisenOn, fee.taxCode)}`, fee.amount] as const),
    ),
  );

  documents.forEach(({ number }, index) => expect(number).toBe(numberOf('SK', index)));
  const months = documents.filter(({ kind }) => kind === 'invoice').map(({ month }) => month);
  expect(new Set(months).size).toBe(months.length);
  for (const invoice of documents.filter(({ kind }) => kind === 'invoice')) {
    expect(BigInt(invoice.total)).toBeGreaterThanOrEqual(0n);
    if (formOf(invoice.month) === 'qualified')
      expect(invoice.lines.filter(({ taxCode }) => hasEnded(taxCode, invoice.month))).toEqual([]);
    // An invoice with its corrections carries the tax of one invoice.
    const whole = documents.filter(
      (each) => each === invoice || (each.kind === 'correction' && each.corrects!.number === invoice.number),
    );
    const rows = whole.flatMap(({ taxes }) => taxes);
    for (const taxCode of new Set(rows.map((row) => row.taxCode))) {
      const ofCode = rows.filter((row) => row.taxCode === taxCode);
      expect(sumOfYen(ofCode.map(({ tax }) => tax))).toBe(
        taxOf(sumOfYen(ofCode.map(({ taxable }) => taxable)), taxCode, 'floor'),
      );
    }
  }
  for (const { lines, net, tax, total, taxes } of documents) {
    expect(sumOfYen(lines.map(({ amount }) => amount))).toBe(net);
    expect(sumOfYen(taxes.map((row) => row.tax))).toBe(tax);
    expect(sumOfYen([net, tax])).toBe(total);
    for (const { item, quantity, unitPrice, amount } of lines)
      if (item === 'adjustment') expect(quantity === '1' ? unitPrice : `-${unitPrice}`).toBe(amount);
  }
}

/** Wrong and right of each invoice hang together from document to document. */
function ratesHangTogether(documents: readonly Invoice[]): void {
  const standing = new Map<string, unknown>();
  for (const document of documents) {
    if (document.kind === 'invoice') standing.set(document.number, document.taxes);
    const corrected = new Map(
      document.lines.flatMap(({ corrects }) => (corrects ? [[corrects.number, corrects]] : [])),
    );
    for (const [number, { wrong, right }] of corrected) {
      expect(wrong).toEqual(standing.get(number));
      standing.set(number, right);
    }
  }
}

describe('Corrections: any history, late facts in any order, closes between, killed anywhere', () => {
  it('what is billed and what waits is one rating over all facts; nothing else is billed, and no document changes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIRST_MONTHS), fc.array(step, { maxLength: 30 }), (first, steps) => {
        const run = new Run(first, false);
        let before: readonly string[] = [];
        for (const each of steps) {
          run.take(each);
          if (each.do !== 'close' || run.story.documents.length === 0) continue;
          holds(run);
          const now = run.story.documents.map((document) => JSON.stringify(document));
          expect(now.slice(0, before.length)).toEqual(before);
          before = now;
        }
        ratesHangTogether(run.story.documents);
      }),
      { numRuns: 300 },
    );
  });

  it('everything that waits falls due at last', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIRST_MONTHS), fc.array(step, { maxLength: 20 }), (first, steps) => {
        const run = new Run(first, false);
        steps.forEach((each) => run.take(each));
        run.settle();
        holds(run);
        expect(run.story.plan(run.story.issued[0]!, { day: run.day }).waiting).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('a kill anywhere changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIRST_MONTHS), fc.array(step, { maxLength: 25 }), (first, steps) => {
        const [whole, cut] = [new Run(first, false), new Run(first, true)];
        for (const each of steps) {
          whole.take(each);
          cut.take(each);
        }
        expect(cut.story.documents).toEqual(whole.story.documents);
      }),
      { numRuns: 200 },
    );
  });
});

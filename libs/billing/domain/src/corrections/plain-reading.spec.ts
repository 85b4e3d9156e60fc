import { describe, expect, it } from '@jest/globals';
import {
  addMonths,
  dayOfNumber,
  firstDayOf,
  lastDayOf,
  numberOfDay,
  type JstDay,
  type ServiceMonth,
} from '@smartkey/calendar';
import fc from 'fast-check';
import type { InvoiceDraft } from '../invoice/invoice.ts';
import { Story } from '../testing/story.fixture.ts';
import { byThePlainReading, inTheSameWords } from './plain-reading.fixture.ts';

/** Where a history lies: its facts in these months, which are closed one after the other. */
const WORLDS = [
  ['2018-01', '2018-02', '2018-03', '2018-04', '2018-05'],
  ['2019-08', '2019-09', '2019-10', '2019-11', '2019-12'],
  ['2019-08', '2019-09', '2023-09', '2023-10', '2023-11'],
  ['2023-08', '2023-09', '2023-10', '2023-11', '2023-12'],
] as const;

const index = fc.nat(4);
const day = fc.tuple(index, fc.nat(30));
const closing = fc.record({
  do: fc.constant('close' as const),
  back: fc.constantFrom(0, 0, 0, 1, 2),
  later: fc.constantFrom(0, 0, 3, 10, 31),
  killedAfter: fc.nat(4),
});
const spell = fc.record({
  do: fc.constant('spell' as const),
  account: fc.nat(3),
  day,
  length: fc.nat(45),
});
const fee = fc.record({
  do: fc.constant('fee' as const),
  day,
  amount: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 8000, max: 30_000 })),
  out: fc.boolean(),
});
const waiver = fc.record({ do: fc.constant('waive' as const), fee: fc.nat(8) });
const start = fc.record({ do: fc.constant('start' as const), day });
const end = fc.record({ do: fc.constant('end' as const), day: fc.option(day, { freq: 2 }) });
const quote = fc.record({
  do: fc.constant('quote' as const),
  index,
  baseFee: fc.integer({ min: 0, max: 20_000 }).map(String),
  accountFee: fc.constantFrom('300', '0.33', '1234.5'),
  baseFeeInPartialMonth: fc.constantFrom('full' as const, 'prorated' as const),
});
const issuer = fc.record({
  do: fc.constant('issuer' as const),
  registrationNumber: fc.constantFrom('T7123456789012', 'T7123456789012', null),
});
const step = fc.oneof(
  { weight: 5, arbitrary: closing },
  { weight: 4, arbitrary: fee },
  { weight: 3, arbitrary: spell },
  { weight: 3, arbitrary: waiver },
  ...[start, end, quote, issuer].map((arbitrary) => ({ weight: 1, arbitrary })),
);
const history = fc.record({
  world: fc.constantFrom(...WORLDS),
  quoted: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
  started: fc.option(fc.tuple(fc.constantFrom(0, 0, 0, 1, 2), fc.nat(30)), { freq: 6 }),
  steps: fc.array(step, { minLength: 15, maxLength: 40, size: 'max' }),
});

const daysAfter = (from: JstDay, days: number): JstDay => dayOfNumber(numberOfDay(from) + days);

type Content = Omit<InvoiceDraft, 'ruleVersion' | 'policyVersion' | 'termsVersion'>;

/** What a draft and its document have in common. */
const contentOf = ({ kind, month, lines, taxes, total, basis, apart, corrects, period }: Content) => ({
  kind,
  month,
  lines,
  taxes,
  total,
  basis,
  apart,
  corrects,
  period,
});

/** A contract's history; each close of it is compared with the plain reading. */
class Compared {
  readonly #story = new Story();
  #closed = 0;
  #fees = 0;
  #today: JstDay;

  constructor(
    private readonly world: (typeof WORLDS)[number],
    quoted: number,
    started: readonly [number, number] | null,
  ) {
    const [first] = world;
    this.#today = firstDayOf(first);
    this.#story.quote(this.#month(quoted)).accounts(2, this.#today, undefined, 'rid_base');
    if (started !== null) this.#story.start(this.#day(started));
  }

  #month(at: number): ServiceMonth {
    return this.world[Math.min(at, this.world.length - 1)]!;
  }

  #day([at, offset]: readonly [number, number]): JstDay {
    const month = this.#month(at);
    const found = daysAfter(firstDayOf(month), offset);
    return found < lastDayOf(month) ? found : lastDayOf(month);
  }

  take(step: typeof history extends fc.Arbitrary<{ steps: readonly (infer Step)[] }> ? Step : never): void {
    const story = this.#story;
    switch (step.do) {
      case 'close':
        return this.#close(step.back, step.later, step.killedAfter);
      case 'spell': {
        const from = this.#day(step.day);
        return void story.spells(`rid_${step.account}`, [{ from, to: daysAfter(from, step.length) }]);
      }
      case 'fee': {
        const taxCode = step.out ? 'out-of-scope' : 'standard';
        story.fee(`fee_${this.#fees}`, this.#day(step.day), `${BigInt(step.amount)}`, { taxCode });
        this.#fees += 1;
        return;
      }
      case 'waive':
        return void story.waive(`fee_${step.fee}`);
      case 'start':
        return void story.start(this.#day(step.day));
      case 'end':
        return void story.end(step.day === null ? undefined : this.#day(step.day));
      case 'quote': {
        const { baseFee, accountFee, baseFeeInPartialMonth } = step;
        return void story.quote(this.#month(step.index), {
          baseFee,
          accountFee,
          baseFeeInPartialMonth,
        } as never);
      }
      case 'issuer':
        story.issuer = { ...story.issuer, registrationNumber: step.registrationNumber };
    }
  }

  #close(back: number, later: number, killedAfter: number): void {
    const story = this.#story;
    const month = this.#month(Math.max(0, this.#closed - back));
    const day = daysAfter(firstDayOf(addMonths(month, 1)), later);
    if (day > this.#today) this.#today = day;
    const expected = byThePlainReading(story, month, this.#today);
    const before = story.documents.length;
    if (killedAfter < expected.length) story.close(month, { day: this.#today, killedAfter });
    story.close(month, { day: this.#today });
    const made = story.documents.slice(before);
    expect(made.map(inTheSameWords)).toEqual(expected);
    for (const document of made) {
      const derived = story.derivedAgain(document.number);
      expect(contentOf(document)).toEqual(derived && contentOf(derived));
    }
    if (back === 0) this.#closed += 1;
  }
}

describe('Which months, Order, Corrections: as a plain reading of the rules has them', () => {
  it('any history, killed anywhere: each close makes these documents with these lines and taxes, and no other, and each is derived again', () => {
    fc.assert(
      fc.property(history, ({ world, quoted, started, steps }) => {
        const compared = new Compared(world, quoted, started);
        steps.forEach((each) => compared.take(each));
      }),
      { numRuns: 100 },
    );
  });
});

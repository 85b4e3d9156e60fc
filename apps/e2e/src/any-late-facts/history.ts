import fc from 'fast-check';

/** Four months across the change of the consumption tax, and four across the first that needs a 適格請求書. */
export const MONTHS = [
  '2019-08',
  '2019-09',
  '2019-10',
  '2019-11',
  '2023-08',
  '2023-09',
  '2023-10',
  '2023-11',
] as const;

export const KINDS = {
  register: 4,
  end: 3,
  void: 1,
  spell: 2,
  start: 2,
  fee: 3,
  waiver: 2,
  cancellation: 1,
  quote: 2,
  'credit-note': 1,
  decision: 2,
} as const;
export type Kind = keyof typeof KINDS;

/** Something that is said of a contract. What its numbers mean is told when it is said, from what is there then. */
export interface Fact {
  readonly kind: Kind;
  readonly contract: number;
  /** Place in {@link MONTHS}, and in the month. */
  readonly month: number;
  readonly day: number;
  readonly pick: number;
  readonly size: number;
}

export interface LivedMonth {
  /** Said in the middle of the month, and after its end, before it is closed. */
  readonly early: readonly Fact[];
  readonly late: readonly Fact[];
  /** The program dies at one of these facts, or in the close; so long after it was asked (system time). */
  readonly kill: { readonly at: number; readonly afterMillis: number } | null;
  readonly closeKilledAfterMillis: number | null;
  /** Days after the month's end at which it is closed. */
  readonly closedAfter: number;
}

const fact: fc.Arbitrary<Fact> = fc.record({
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({
      weight,
      arbitrary: fc.constant(kind as Kind),
    })),
  ),
  contract: fc.nat(29),
  month: fc.nat(MONTHS.length - 1),
  day: fc.nat(30),
  pick: fc.nat(999),
  size: fc.nat(29_999),
});

/** A history of {@link MONTHS}, with so many facts a month. Numbers are drawn evenly: small and large ones are no likelier than others. */
export const historyOf = (facts: number): fc.Arbitrary<readonly LivedMonth[]> => {
  const said = fc.array(fact, { minLength: facts / 2, maxLength: facts / 2, size: 'max' });
  const millis = fc.integer({ min: 0, max: 700 });
  const month = fc.record({
    early: said,
    late: said,
    kill: fc.option(fc.record({ at: fc.nat(facts - 1), afterMillis: fc.nat(60) }), { freq: 1 }),
    closeKilledAfterMillis: fc.option(millis, { freq: 2 }),
    closedAfter: fc.constantFrom(0, 0, 3, 10),
  });
  return fc.noBias(fc.array(month, { minLength: MONTHS.length, maxLength: MONTHS.length, size: 'max' }));
};

import type { Plan } from '@smartkey/terms';
import { addDays, addMonths, startOfDay } from '@smartkey/calendar';
import { plusMillis, type Actor, type IdPrefix } from '@smartkey/kernel';
import fc from 'fast-check';
import type { ContractCommand } from '../contract.commands.ts';
import { DEFAULT_POLICIES } from '../policies/contract-policies.ts';
import type { Moment } from '../shared/moment.ts';
import { CONTRACTOR, nothingIssued, OPERATOR } from './contract.fixture.ts';

const plan = fc.constantFrom<Plan>('enterprise', 'service-provider');
const day = fc.integer({ min: -20, max: 150 }).map((offset) => addDays('2018-01-01', offset));
const instant = fc
  .tuple(day, fc.constantFrom(0, 1, 43_200_000, 86_399_999))
  .map(([on, millis]) => plusMillis(startOfDay(on), millis));
const month = fc.integer({ min: 0, max: 6 }).map((offset) => addMonths('2018-01', offset));
const id = <Prefix extends IdPrefix>(prefix: Prefix) =>
  fc.constantFrom(1, 2, 3, 4, 5, 6).map((number) => `${prefix}_${number}` as const);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const reason = '理由';

type Wish = (moment: Moment, index: number) => ContractCommand;
const wish = <T>(parts: fc.Arbitrary<T>, make: (moment: Moment, told: T, index: number) => ContractCommand) =>
  parts.map(
    (told): Wish =>
      (moment, index) =>
        make(moment, told, index),
  );

/** Ids that are asked for come from a small pool; ids that are given name the place in the sequence. */
const wishes = fc.oneof(
  wish(fc.record({ date: day, agreement: maybe(fc.constant('合意')) }), (moment, told) => ({
    ...moment,
    ...told,
    type: 'SetBillingStart',
    reason,
    issued: nothingIssued,
  })),
  wish(fc.record({ plan, effectiveMonth: month }), (moment, { plan, effectiveMonth }, index) => ({
    ...moment,
    type: 'GiveQuote',
    quote: `quo_${index}`,
    plan,
    effectiveMonth,
    baseFee: '10000',
    issued: nothingIssued,
    ...(plan === 'enterprise' ? { accountFee: '300' } : { authApi: { model: 'perUnit', unitPrice: '1' } }),
  })),
  wish(fc.record({ plan, fromMonth: month }), (moment, told, index) => ({
    ...moment,
    ...told,
    type: 'RequestPlanChange',
    planChange: `pch_${index % 7}`,
  })),
  wish(id('pch'), (moment, planChange) => ({ ...moment, type: 'AcceptPlanChange', planChange })),
  wish(id('pch'), (moment, planChange) => ({ ...moment, type: 'WithdrawPlanChange', planChange })),
  wish(
    fc.record({ arrivedAt: maybe(instant), requestedDay: maybe(day), replaces: maybe(id('can')) }),
    (moment, told, index) => ({
      ...moment,
      ...told,
      type: 'NotifyCancellation',
      cancellation: `can_${index % 7}`,
      policies: DEFAULT_POLICIES,
    }),
  ),
  wish(
    fc.record({ cancellation: id('can'), arrivedAt: maybe(instant), requestedDay: fc.option(day) }),
    (moment, told) => ({ ...moment, ...told, type: 'CorrectCancellation', reason }),
  ),
  wish(id('can'), (moment, cancellation) => ({ ...moment, type: 'VoidCancellation', cancellation, reason })),
  wish(fc.boolean(), (moment, withheld) => ({ ...moment, type: 'SetWithholding', withheld, reason })),
  wish(fc.constant(0), (moment) => ({ ...moment, type: 'LetTimePass' })),
);

const application: readonly Wish[] = [
  (moment) => ({
    ...moment,
    type: 'Apply',
    applicant: { name: '株式会社例示', iijIdContract: 'IID-1' },
    plan: 'enterprise',
  }),
  (moment) => ({ ...moment, type: 'Accept', eligibility: { eligible: true }, fee: 'fee_initial' }),
];

const steps = fc.array(
  fc.tuple(wishes, fc.integer({ min: 0, max: 12 }), fc.constantFrom<Actor>(OPERATOR, OPERATOR, CONTRACTOR)),
  { maxLength: 25 },
);

/** An accepted contract and then whatever may be asked of it, as time goes by. */
export const anyCommands: fc.Arbitrary<readonly ContractCommand[]> = steps.map((wanted) => {
  let now = startOfDay('2018-01-05');
  const commands = application.map((make, index) => make({ now, actor: OPERATOR }, index));
  wanted.forEach(([make, days, actor], index) => {
    now = plusMillis(now, days * 86_400_000);
    commands.push(make({ now, actor }, index));
  });
  return commands;
});

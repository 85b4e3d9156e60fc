import {
  authApiPrice,
  governingQuote,
  price,
  type AuthApiTerms,
  type BaseFeeInPartialMonth,
  type Plan,
  type Quote,
  wholeYen,
} from '@smartkey/terms';
import type { ServiceMonth } from '@smartkey/calendar';
import {
  conflict,
  defined,
  event,
  invalid,
  ok,
  type Refused,
  type Rejection,
  type Result,
  type QuoteId,
} from '@smartkey/kernel';
import type { Decision } from '../contract.decision.ts';
import type { AcceptedContract, AppliedContract, ContractState } from '../contract.state.ts';
import { mustNotLowerByQuote, type OfTwoPersons } from '../late-facts/lowering.ts';
import { acceptedPlanIn } from '../plan-change/plan-by-month.ts';
import { plannedMonth } from '../shared/dates.ts';
import { mustNotBeRefused } from '../shared/guards.ts';
import type { Moment } from '../shared/moment.ts';

export interface GiveQuote extends Moment, OfTwoPersons {
  readonly type: 'GiveQuote';
  /** `quo_…` */
  readonly quote: QuoteId;
  readonly plan: Plan;
  readonly effectiveMonth: ServiceMonth;
  readonly baseFee: string;
  readonly baseFeeInPartialMonth?: BaseFeeInPartialMonth | undefined;
  readonly accountFee?: string | undefined;
  readonly authApi?: AuthApiTerms | undefined;
  readonly replaces?: QuoteId | undefined;
  readonly reason?: string | undefined;
  readonly agreement?: string | undefined;
}

/** Whoever rates a contract reads all of its quotes: far more than anybody agrees upon, and few enough to be read at once. */
const MOST_QUOTES = 400;

/** 別紙1 第2項: a contract that has as many quotes as can be read at once is given no further one. */
const mustHaveRoom = ({ quotes }: AppliedContract | AcceptedContract): Refused =>
  quotes.length < MOST_QUOTES
    ? undefined
    : conflict('too-many-quotes', `the contract has ${quotes.length} quotes already, the most it can have`, {
        rule: '別紙1',
      });

/** 別紙1 第2項: 別途契約者に示す金額. From the application on, also after the end: what was served must be rated. */
export function giveQuote(command: GiveQuote, state: ContractState): Decision {
  const contract = mustNotBeRefused(state);
  if (!contract.ok) return contract;
  const refused =
    plannedMonth(command.effectiveMonth, command.now, '/effectiveMonth') ?? mustHaveRoom(contract.value);
  if (refused) return refused;
  const quote = quoteOf(command);
  if (!quote.ok) return quote;
  const { reason, agreement, approval } = command;
  return (
    mustNotRewriteHistory(contract.value, command, quote.value) ??
    (contract.value.stage === 'accepted'
      ? mustNotLowerByQuote(contract.value, quote.value, command)
      : undefined) ??
    ok([event('PriceQuoted', defined({ quote: quote.value, reason, agreement, approval }))])
  );
}

/** The prices as told, checked for their plan. */
function quoteOf(command: GiveQuote): Result<Quote, Rejection> {
  const { quote: id, plan, effectiveMonth, baseFeeInPartialMonth = 'full', replaces } = command;
  const baseFee = wholeYen(command.baseFee, '/baseFee');
  if (!baseFee.ok) return baseFee;
  const common = { id, effectiveMonth, baseFee: baseFee.value, baseFeeInPartialMonth, replaces };
  switch (plan) {
    case 'enterprise': {
      if (command.authApi !== undefined) return misplaced('authApi', plan);
      const accountFee = price(command.accountFee, '/accountFee');
      return accountFee.ok ? ok(defined({ ...common, plan, accountFee: accountFee.value })) : accountFee;
    }
    case 'service-provider': {
      if (command.accountFee !== undefined) return misplaced('accountFee', plan);
      if (command.authApi === undefined)
        return invalid('price-missing', 'the price of the auth API is missing', {
          rule: '別紙1',
          pointer: '/authApi',
        });
      const authApi = authApiPrice(command.authApi, '/authApi');
      return authApi.ok ? ok(defined({ ...common, plan, authApi: authApi.value })) : authApi;
    }
  }
}

const misplaced = (field: string, plan: Plan) =>
  invalid('price-field-misplaced', `${field} has no place in a quote for ${plan}`, {
    rule: '別紙1',
    pointer: `/${field}`,
  });

/**
 * A quote that changes what governs an issued month must name the quote it replaces, a reason and the agreement. Where no quote
 * governed (a month with nothing but a fee), there is nothing to name: reason and agreement alone.
 */
function mustNotRewriteHistory(
  contract: AppliedContract | AcceptedContract,
  { replaces, reason, agreement, issued }: GiveQuote,
  quote: Quote,
): Refused {
  const given = contract.quotes.map((known) => known.quote);
  const rule = '別紙1';
  if (replaces !== undefined && !given.some((known) => known.id === replaces))
    return invalid('quote-unknown', 'there is no such quote to replace', { rule, pointer: '/replaces' });
  if (contract.stage === 'applied') return undefined;
  for (const month of issued.months) {
    const plan = acceptedPlanIn(contract.planChange, month);
    const governed = governingQuote(given, plan, month);
    if (governingQuote([...given, quote], plan, month) === governed) continue;
    const detail =
      governed === undefined
        ? `${month} is issued, and no quote governed it; one that does is given with a reason and the agreement`
        : `${month} is issued by the quote ${governed.id}; another takes its place only where it names it in replaces, with a reason and the agreement`;
    if (governed !== undefined && replaces !== governed.id)
      return invalid('month-issued', detail, { rule, pointer: '/replaces' });
    if (reason === undefined) return invalid('month-issued', detail, { rule, pointer: '/reason' });
    if (agreement === undefined) return invalid('month-issued', detail, { rule, pointer: '/agreement' });
  }
  return undefined;
}

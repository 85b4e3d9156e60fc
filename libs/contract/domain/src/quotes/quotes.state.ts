import type { ServiceMonth } from '@smartkey/calendar';
import type { Fact, Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type { Plan } from '../shared/plan.ts';
import type { Quote } from './quotes.events.ts';

export interface GivenQuote {
  readonly quote: Quote;
  readonly givenAt: Instant;
  readonly reason?: string;
}

/** In the order in which they were given. */
export type QuotesState = readonly GivenQuote[];

export function evolveQuotes(quotes: QuotesState, event: Fact<ContractEvent>): QuotesState {
  if (event.type !== 'PriceQuoted') return quotes;
  const { quote, reason } = event.data;
  return [...quotes, { quote, givenAt: event.occurredAt, ...(reason === undefined ? {} : { reason }) }];
}

/**
 * The quote that governs a month (別紙1): among those for the plan that holds in it, the latest effective in or before it; of
 * two for the same month, the later given.
 */
export const governingQuote = (
  quotes: readonly Quote[],
  plan: Plan | undefined,
  month: ServiceMonth,
): Quote | undefined =>
  quotes
    .filter((quote) => quote.plan === plan && quote.effectiveMonth <= month)
    .reduce<Quote | undefined>(
      (best, quote) => (best === undefined || quote.effectiveMonth >= best.effectiveMonth ? quote : best),
      undefined,
    );

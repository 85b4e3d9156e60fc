import type { Quote } from '@smartkey/terms';
import type { Fact, Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

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

import type { Quote } from '@smartkey/terms';
import { defined, type Fact, type Instant } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';

export interface GivenQuote {
  readonly quote: Quote;
  readonly givenAt: Instant;
  readonly reason?: string;
}

/** In the order in which they were given. */
export type Quotes = readonly GivenQuote[];

export const noQuotes: Quotes = [];

export function evolveQuotes(quotes: Quotes, event: Fact<ContractEvent>): Quotes {
  if (event.type !== 'PriceQuoted') return quotes;
  const { quote, reason } = event.data;
  return [...quotes, defined({ quote, givenAt: event.occurredAt, reason })];
}

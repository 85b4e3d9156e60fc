import type { Quote } from '@smartkey/terms';
import type { GivenQuote } from '@smartkey/contract-domain';
import type { Instant } from '@smartkey/kernel';

/** A quote as it is shown (別紙1). */
export type QuoteView = Quote & { readonly givenAt: Instant; readonly reason?: string };

export const quoteView = ({ quote, ...given }: GivenQuote): QuoteView => ({ ...quote, ...given });

import type { ServiceMonth } from '@smartkey/calendar';
import type { Decimal, Yen } from '@smartkey/money';
import type { AuthApiPrice, Plan } from '@smartkey/terms';
import type { GivenQuote } from '@smartkey/contract-domain';
import type { Instant, QuoteId } from '@smartkey/kernel';
import { eventOf, theOne, type Outcome } from '../contracts/outcome.ts';
import type { Affecting } from '../late-facts/affected-months.ts';

/** A quote as it is shown (別紙1). */
export interface QuoteView extends Affecting {
  readonly id: QuoteId;
  readonly plan: Plan;
  readonly effectiveMonth: ServiceMonth;
  /** 月額基本料, whole yen a month, tax-exclusive. */
  readonly baseFee: Yen;
  readonly baseFeeInPartialMonth: 'full' | 'prorated';
  /** アカウント使用料, yen per account and month. */
  readonly accountFee?: Decimal;
  readonly authApi?: AuthApiPriceView;
  readonly replaces?: QuoteId;
  readonly reason?: string;
  readonly givenAt: Instant;
}

/** The members of every price model; the ones that a quote's own model has are there (備考(2)). */
interface AuthApiPriceView {
  readonly model: AuthApiPrice['model'];
  /** Exact decimal. */
  readonly unitPrice?: Decimal;
  readonly tiers?: readonly PriceTierView[];
  readonly packageSize?: number;
  /** Exact decimal. */
  readonly packagePrice?: Decimal;
  readonly freeUnits?: number;
}

interface PriceTierView {
  /** Last unit of the tier; null on the last tier. */
  readonly upTo: number | null;
  /** Exact decimal. */
  readonly unitPrice: Decimal;
  /** Exact decimal. */
  readonly flatFee?: Decimal;
}

export const quoteView = ({ quote, ...given }: GivenQuote): QuoteView => ({ ...quote, ...given });

/** The quote that a command gave. */
export function givenQuote(outcome: Outcome): QuoteView {
  const { id } = eventOf(outcome, 'PriceQuoted').data.quote;
  return quoteView(theOne(outcome.state.quotes, ({ quote }) => quote.id === id));
}

import type { Quote } from '@smartkey/terms';
import type { GivenQuote } from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { PLANS } from '../contracts/words.ts';
import { eventOf, theOne, type Outcome } from '../contracts/outcome.ts';
import { affectsInAnswer } from '../late-facts/affected-months.ts';

const { decimal, idOf, instant, list, nullable, object, oneOf, serviceMonth, text, wholeNumber, yen } =
  schema;

/** A quote as it is shown (別紙1). */
export type QuoteView = Quote & { readonly givenAt: Instant; readonly reason?: string };

export const quoteView = ({ quote, ...given }: GivenQuote): QuoteView => ({ ...quote, ...given });

/** The quote that a command gave. */
export function givenQuote(outcome: Outcome): QuoteView {
  const { id } = eventOf(outcome, 'PriceQuoted').data.quote;
  return quoteView(theOne(outcome.state.quotes, ({ quote }) => quote.id === id));
}

const tierSchema = object({
  upTo: nullable(wholeNumber('Last unit of the tier; null on the last tier.')),
  unitPrice: decimal(),
  'flatFee?': decimal(),
});

export const quoteSchema = object({
  id: idOf('quo'),
  plan: oneOf(PLANS),
  effectiveMonth: serviceMonth(),
  baseFee: yen('月額基本料, whole yen a month, tax-exclusive.'),
  baseFeeInPartialMonth: oneOf(['full', 'prorated']),
  'accountFee?': decimal('アカウント使用料, yen per account and month.'),
  'authApi?': object({
    model: oneOf(['perUnit', 'graduated', 'volume', 'package']),
    'unitPrice?': decimal(),
    'tiers?': list(tierSchema),
    'packageSize?': wholeNumber(),
    'packagePrice?': decimal(),
    'freeUnits?': wholeNumber(),
  }),
  'replaces?': idOf('quo'),
  'reason?': text(),
  givenAt: instant(),
  'affects?': affectsInAnswer,
});

import type { ServiceMonth } from '@smartkey/calendar';
import type { Plan } from '../plans/plan.ts';
import type { Quote } from './quote.ts';

/**
 * The quote that governs a month (別紙1): among those for the plan that holds in it, the latest effective in or before it; of
 * two for the same month, the later given.
 * @param quotes in the order in which they were given
 */
export function governingQuote<Q extends Quote>(
  quotes: readonly Q[],
  plan: Plan | undefined,
  month: ServiceMonth,
): Q | undefined {
  let governing: Q | undefined;
  for (const quote of quotes)
    if (
      quote.plan === plan &&
      quote.effectiveMonth <= month &&
      (governing === undefined || quote.effectiveMonth >= governing.effectiveMonth)
    )
      governing = quote;
  return governing;
}

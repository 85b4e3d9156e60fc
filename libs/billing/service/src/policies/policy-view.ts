import { heldUntil, type BillingPolicy, type Policies, type Told } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { ON_HOLIDAY, YEN_ROUNDINGS } from './words.ts';

const { instant, nullable, object, oneOf, serviceMonth, text, wholeNumber } = schema;

/** A policy as the public surface shows it. */
export type PolicyView = BillingPolicy & {
  /** The last month it holds for; `null`: until another is set. */
  readonly until: ServiceMonth | null;
  readonly setAt: Instant;
  readonly reason?: string;
};

export const policyView = (
  policies: Policies,
  { entry, setAt, reason }: Told<BillingPolicy>,
): PolicyView => ({
  version: entry.version,
  from: entry.from,
  until: heldUntil(policies, entry.from) ?? null,
  yenRounding: entry.yenRounding,
  taxRounding: entry.taxRounding,
  paymentTerm: entry.paymentTerm,
  setAt,
  ...(reason !== undefined && { reason }),
});

export const policySchema = object({
  version: text('Documents record it.', { example: '2026-04.1' }),
  from: serviceMonth('The first service month it holds for.'),
  until: nullable(serviceMonth('The last one; null until another is set.')),
  yenRounding: oneOf(YEN_ROUNDINGS),
  taxRounding: oneOf(YEN_ROUNDINGS),
  paymentTerm: object({ monthsAfter: wholeNumber(), onHoliday: oneOf(ON_HOLIDAY) }),
  setAt: instant(),
  'reason?': text('Missing for what the environment said at the first start.'),
});

import { startOfMonth } from '@smartkey/calendar';
import type { PlanChange } from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { PLANS } from '../contracts/words.ts';

const { idOf, instant, object, oneOf, serviceMonth } = schema;

/** A change of plan as it is shown (第4条). */
export interface PlanChangeView extends PlanChange {
  /** 00:00 JST on the 1st of its month. */
  readonly effectiveAt: Instant;
}

export const planChangeView = (change: PlanChange): PlanChangeView => ({
  ...change,
  effectiveAt: startOfMonth(change.fromMonth),
});

export const planChangeSchema = object({
  id: idOf('pch'),
  plan: oneOf(PLANS),
  fromMonth: serviceMonth(),
  effectiveAt: instant('00:00 JST on the 1st of the month.'),
  status: oneOf(['requested', 'accepted', 'effective', 'replaced', 'withdrawn', 'lapsed']),
  requestedAt: instant(),
  'acceptedAt?': instant(),
  'replacedBy?': idOf('pch'),
  'lapseReason?': oneOf(['not-accepted-in-time', 'contract-ends-before']),
});

import type { AcceptanceEvent } from './acceptance/acceptance.events.ts';
import type { ApplicationEvent } from './application/application.events.ts';
import type { CancellationEvent } from './cancellation/cancellation.events.ts';
import type { ConditionEvent } from './conditions/conditions.events.ts';
import type { DenialReasonsSet } from './denial-reasons/denial-reasons.events.ts';
import type { FeeEvent } from './fees/fees.events.ts';
import type { IijIdEvent } from './iij-id/iij-id.events.ts';
import type { PlanChangeEvent } from './plan-change/plan-change.events.ts';
import type { PriceQuoted } from './quotes/quotes.events.ts';
import type { WithholdingEvent } from './withholding/withholding.events.ts';

/** Every fact that a contract's stream can hold. */
export type ContractEvent =
  | ApplicationEvent
  | AcceptanceEvent
  | PriceQuoted
  | ConditionEvent
  | WithholdingEvent
  | PlanChangeEvent
  | CancellationEvent
  | FeeEvent
  | IijIdEvent
  | DenialReasonsSet;

import type { SetBillingStart } from '../acceptance/acceptance.decide.ts';
import type { WaiveFee } from '../fees/fees.decide.ts';
import type { OfTwoPersons } from '../late-facts/lowering.ts';
import type { GiveQuote } from '../quotes/quotes.decide.ts';
import type { AcceptPlanChange } from '../plan-change/plan-change.decide.ts';
import type { ProposedChange } from './approval.events.ts';
import type { Asked } from '@smartkey/kernel';

/** What a change asks for, to be decided upon what is issued by then. */
export function askedBy(
  { kind, command }: ProposedChange,
  upon: OfTwoPersons,
): Asked<GiveQuote | SetBillingStart | WaiveFee | AcceptPlanChange> {
  switch (kind) {
    case 'quote':
      return { ...command, ...upon, type: 'GiveQuote' };
    case 'billing-start':
      return { ...command, ...upon, type: 'SetBillingStart' };
    case 'waiver':
      return { ...command, ...upon, type: 'WaiveFee' };
    case 'plan-change':
      return { ...command, type: 'AcceptPlanChange' };
  }
}

/** The type of the event by which each kind of change is carried out. */
export const FACT_OF = {
  quote: 'PriceQuoted',
  'billing-start': 'BillingStartSet',
  waiver: 'FeeWaived',
  'plan-change': 'PlanChangeAccepted',
} as const satisfies Record<ProposedChange['kind'], string>;

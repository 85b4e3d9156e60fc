import type { SetBillingStart } from '../acceptance/acceptance.decide.ts';
import type { WaiveFee } from '../fees/fees.decide.ts';
import type { OfTwoPersons } from '../late-facts/lowering.ts';
import type { GiveQuote } from '../quotes/quotes.decide.ts';
import type { AcceptPlanChange } from '../plan-change/plan-change.decide.ts';
import type { Moment } from '../shared/moment.ts';
import type { ProposedChange } from './approval.events.ts';

/** The command that a change stands for, to be decided at a moment upon what is issued by then. */
export function commandOf(
  { kind, command }: ProposedChange,
  moment: Moment,
  upon: OfTwoPersons,
): GiveQuote | SetBillingStart | WaiveFee | AcceptPlanChange {
  switch (kind) {
    case 'quote':
      return { ...command, ...moment, ...upon, type: 'GiveQuote' };
    case 'billing-start':
      return { ...command, ...moment, ...upon, type: 'SetBillingStart' };
    case 'waiver':
      return { ...command, ...moment, ...upon, type: 'WaiveFee' };
    case 'plan-change':
      return { ...command, ...moment, type: 'AcceptPlanChange' };
  }
}

/** The type of the event by which each kind of change is carried out. */
export const FACT_OF = {
  quote: 'PriceQuoted',
  'billing-start': 'BillingStartSet',
  waiver: 'FeeWaived',
  'plan-change': 'PlanChangeAccepted',
} as const satisfies Record<ProposedChange['kind'], string>;

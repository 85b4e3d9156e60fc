import { governingTermsOn, type Plan } from '@smartkey/terms';
import { startOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import {
  type Actor,
  type Instant,
  event,
  isInstant,
  type CancellationId,
  type PlanChangeId,
  type QuoteId,
} from '@smartkey/kernel';
import type { ContractAccepted } from '../acceptance/acceptance.events.ts';
import type { ContractApplied } from '../application/application.events.ts';
import type { ContractEvent } from '../contract.events.ts';
import type { AcceptedContract, ContractState } from '../contract.state.ts';
import { initialFee } from '../fees/initial-fee.ts';
import type { PriceQuoted } from '../quotes/quotes.events.ts';
import type { Issued } from '../late-facts/issued.ts';
import type { Moment } from '../shared/moment.ts';

export const nothingIssued: Issued = { months: [], fees: {} };

export const OPERATOR: Actor = { role: 'operator', key: 'key_operator' };
export const CONTRACTOR: Actor = { role: 'contractor', key: 'key_contractor', contract: 'ctr_1' };

/** 00:00 UTC (09:00 JST) of a day, or the instant itself. */
const instant = (at: JstDay | Instant): Instant => (isInstant(at) ? at : `${at}T00:00:00.000Z`);

export const operator = (now: JstDay | Instant): Moment => ({ now: instant(now), actor: OPERATOR });
export const contractor = (now: JstDay | Instant): Moment => ({ now: instant(now), actor: CONTRACTOR });

export const applied = (plan: Plan = 'enterprise', on: JstDay = '2017-12-01'): ContractApplied =>
  event(
    'ContractApplied',
    { plan, recipient: { name: '株式会社例示' }, iijIdContract: 'IID-1' },
    startOfDay(on),
  );

export const acceptedOn = (on: JstDay, plan: Plan = 'enterprise'): ContractAccepted =>
  event(
    'ContractAccepted',
    {
      plan,
      acceptedAt: startOfDay(on),
      acceptedOn: on,
      termsVersion: governingTermsOn(on),
      recipient: { name: '株式会社例示' },
    },
    startOfDay(on),
  );

/** The state of a contract that must have been accepted. */
export function accepted(state: ContractState): AcceptedContract {
  if (state.stage !== 'accepted') throw new Error(`the contract is at the stage ${state.stage}`);
  return state;
}

/** A contract that is accepted and, where a billing start is given, in service. */
export const contract = (
  options: { readonly plan?: Plan; readonly on?: JstDay; readonly billingStart?: JstDay } = {},
): readonly ContractEvent[] => {
  const { plan = 'enterprise', on = '2017-12-15', billingStart } = options;
  const acceptance = acceptedOn(on, plan);
  return [
    applied(plan),
    acceptance,
    initialFee('fee_initial', on, acceptance.data.termsVersion, acceptance.occurredAt),
    ...(billingStart === undefined
      ? []
      : [
          event('BillingStartSet', { date: billingStart }, acceptance.occurredAt),
          event('ServiceStarted', { date: billingStart }, startOfDay(billingStart)),
        ]),
  ];
};

export const quoted = (
  id: QuoteId,
  plan: Plan,
  effectiveMonth: ServiceMonth,
  replaces?: QuoteId,
): PriceQuoted => {
  const common = {
    id,
    effectiveMonth,
    baseFee: '10000' as const,
    baseFeeInPartialMonth: 'full' as const,
    ...(replaces === undefined ? {} : { replaces }),
  };
  return event('PriceQuoted', {
    quote:
      plan === 'enterprise'
        ? { ...common, plan, accountFee: '300' }
        : { ...common, plan, authApi: { model: 'perUnit', unitPrice: '0.5' } },
  });
};

export const requested = (planChange: PlanChangeId, plan: Plan, fromMonth: ServiceMonth) =>
  event('PlanChangeRequested', { planChange, plan, fromMonth });
export const changeAccepted = (planChange: PlanChangeId, plan: Plan, fromMonth: ServiceMonth) =>
  event('PlanChangeAccepted', { planChange, plan, fromMonth });

/** A notice that arrived as it was given. */
export const givenNow = (...notice: Parameters<typeof notified>) => {
  const { type, version, data } = notified(...notice);
  return { type, version, data };
};

/** A notice entered with its arrival. */
export const notified = (
  cancellation: CancellationId,
  arrivedAt: Instant,
  effectiveDay: JstDay,
  more: { readonly requestedDay?: JstDay; readonly replaces?: CancellationId; readonly form?: string } = {},
) =>
  event(
    'CancellationNotified',
    { cancellation, arrivedAt, form: 'portal', effectiveDay, policyVersion: '2016-03', ...more },
    arrivedAt,
  );

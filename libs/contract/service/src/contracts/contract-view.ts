import { monthOf, monthOfDay, type JstDay } from '@smartkey/calendar';
import { termsVersionAt, type Plan, type PlanFromMonth } from '@smartkey/terms';
import {
  boundChange,
  changesThatHold,
  CONDITIONS,
  evolveContract,
  openRequest,
  planIn,
  settle,
  standingNotice,
  statusAt,
  type Condition,
  type ConditionNumber,
  type ContractState,
  type ContractStatus,
} from '@smartkey/contract-domain';
import type { Actor, Instant } from '@smartkey/kernel';
import { cancellationView, type CancellationView } from '../cancellation/cancellation-view.ts';
import { planChangeView, type PlanChangeView } from '../plan-changes/plan-change-view.ts';
import { quoteView, type QuoteView } from '../quotes/quote-view.ts';

export interface ConditionView extends Condition {
  readonly condition: ConditionNumber;
}

/** A contract as it is shown. */
export interface ContractView {
  readonly id: string;
  readonly status: ContractStatus;
  /** The plan in the month it is looked at; of an application, the plan applied for. */
  readonly plan: Plan;
  /** Each plan holds from its month to the month before the next one's; empty before the acceptance. */
  readonly planByMonth: readonly PlanFromMonth[];
  /** The request that is not accepted yet, else the accepted change that waits for its month. */
  readonly pendingPlanChange: PlanChangeView | null;
  readonly applicant: {
    readonly name: string;
    readonly department?: string;
    readonly address?: string;
    readonly email?: string;
    readonly iijIdContract: string;
  };
  /** 第3条: whether the contractor still holds the IIJ ID contract, and if not, since when that is known. */
  readonly iijIdContractHeld: boolean;
  readonly iijIdContractLostOn?: JstDay;
  readonly appliedAt: Instant;
  readonly acceptedAt?: Instant;
  readonly acceptedOn?: JstDay;
  /** Why the application was rejected or withdrawn. */
  readonly reason?: string;
  readonly billingStartDate: JstDay | null;
  /** The notice that stands. */
  readonly cancellation: CancellationView | null;
  readonly withheld: boolean;
  readonly withholding?: { readonly reason: string; readonly since: Instant };
  readonly conditions: readonly ConditionView[];
  readonly denialReasonsDisclosed: boolean;
  readonly quotes: readonly QuoteView[];
  /** The version of the terms that governed the acceptance; of an application, the application (附則). */
  readonly termsVersion: string;
  readonly revision: number;
}

/** Who may see what names a person: the operator, and the contractor of its own contract. */
export const seesPersons = ({ role }: Actor): boolean => role === 'operator' || role === 'contractor';

/** Leaves out what is not known. */
const known = <T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** As seen from an instant: what is due by then has come, whether or not a timer has run. */
export function contractView(
  id: string,
  recorded: ContractState,
  revision: number,
  from: Instant,
  viewer: Actor,
): ContractView {
  const { state } = settle(recorded, from, evolveContract);
  const { application, acceptance, planChange, cancellation, withholding, iijId, settings } = state;
  const { appliedAt, recipient, iijIdContract = '', reason } = application;
  if (appliedAt === undefined) throw new Error('there is no view of a contract that nobody applied for');
  const persons = seesPersons(viewer);
  const pending = openRequest(planChange) ?? boundChange(planChange);
  const notice = standingNotice(cancellation);
  const { acceptedAt, acceptedOn, termsVersion = termsVersionAt(appliedAt) ?? '' } = acceptance;
  return {
    id,
    status: statusAt(state, from) ?? 'applied',
    plan: planIn(planChange, monthOf(from)) ?? application.plan ?? 'enterprise',
    planByMonth: planByMonth(state),
    pendingPlanChange: pending === undefined ? null : planChangeView(pending),
    applicant: {
      name: recipient?.name ?? '',
      ...known({
        department: recipient?.department,
        address: recipient?.address,
        email: persons ? application.email : undefined,
      }),
      iijIdContract,
    },
    iijIdContractHeld: iijId.lostOn === undefined,
    ...known({ iijIdContractLostOn: iijId.lostOn }),
    appliedAt,
    ...known({ acceptedAt, acceptedOn, reason }),
    billingStartDate: acceptance.billingStart ?? null,
    cancellation: notice === undefined ? null : cancellationView(notice),
    withheld: withholding.withheld,
    ...(withholding.withheld && {
      withholding: { reason: withholding.reason, since: withholding.since },
    }),
    conditions: CONDITIONS.map((condition) => conditionView(condition, state.conditions[condition], persons)),
    denialReasonsDisclosed: settings.denialReasonsDisclosed,
    quotes: state.quotes.map(quoteView),
    termsVersion,
    revision,
  };
}

export function conditionView(
  condition: ConditionNumber,
  { attestedBy, ...attestation }: Condition,
  persons: boolean,
): ConditionView {
  return { condition, ...attestation, ...(persons && attestedBy !== undefined && { attestedBy }) };
}

function planByMonth({ acceptance, planChange }: ContractState): readonly PlanFromMonth[] {
  const { acceptedOn } = acceptance;
  if (acceptedOn === undefined || planChange.firstPlan === undefined) return [];
  return [{ fromMonth: monthOfDay(acceptedOn), plan: planChange.firstPlan }, ...changesThatHold(planChange)];
}

import { jstDayOf, monthOf, monthOfDay, type JstDay } from '@smartkey/calendar';
import { governingTermsOn, type Plan, type PlanFromMonth } from '@smartkey/terms';
import {
  boundChange,
  changesThatHold,
  CONDITIONS,
  letTimePass,
  openRequest,
  acceptedPlanIn,
  standingNotice,
  statusOf,
  type AcceptedContract,
  type AppliedContract,
  type ContractStatus,
  type ExistingContract,
  type UnacceptedContract,
} from '@smartkey/contract-domain';
import { defined, type Actor, type Instant, type ContractId } from '@smartkey/kernel';
import { cancellationView, type CancellationView } from '../cancellation/cancellation-view.ts';
import { conditionView, type ConditionView } from '../conditions/condition-view.ts';
import { planChangeView, type PlanChangeView } from '../plan-changes/plan-change-view.ts';
import { quoteView, type QuoteView } from '../quotes/quote-view.ts';
import type { WriteNotes } from './outcome.ts';

/** A contract as it is shown. */
export interface ContractView extends WriteNotes {
  readonly id: ContractId;
  /** By the dated facts and the clock. */
  readonly status: ContractStatus;
  /** In the month it is looked at. */
  readonly plan: Plan;
  readonly planByMonth: readonly PlanFromMonth[];
  readonly pendingPlanChange: PlanChangeView | null;
  readonly applicant: {
    readonly name: string;
    readonly department?: string;
    readonly address?: string;
    readonly email?: string;
    readonly iijIdContract: string;
  };
  /** 第3条: lost contracts are shown; they end nothing. */
  readonly iijIdContractHeld: boolean;
  readonly iijIdContractLostOn?: JstDay;
  readonly appliedAt: Instant;
  readonly acceptedAt?: Instant;
  readonly acceptedOn?: JstDay;
  /** Why the application was rejected or withdrawn. */
  readonly reason?: string;
  /** 課金開始日. */
  readonly billingStartDate: JstDay | null;
  readonly cancellation: CancellationView | null;
  readonly withheld: boolean;
  readonly withholding?: { readonly reason: string; readonly since: Instant };
  readonly conditions: readonly ConditionView[];
  readonly denialReasonsDisclosed: boolean;
  readonly quotes: readonly QuoteView[];
  /** The terms that governed the acceptance (附則). */
  readonly termsVersion: string;
  readonly revision: number;
}

/** Who may see what names a person: the operator, and the contractor of its own contract. */
export const seesPersons = ({ role }: Actor): boolean => role === 'operator' || role === 'contractor';

/** As seen from an instant: what is due by then has come, whether or not a timer has run. */
export function contractView(
  id: ContractId,
  recorded: ExistingContract,
  revision: number,
  from: Instant,
  viewer: Actor,
): ContractView {
  const { state: contract } = letTimePass(recorded, from);
  const { application, conditions, denialReasons, quotes } = contract;
  const { appliedAt, recipient, email, iijIdContract } = application;
  const persons = seesPersons(viewer);
  return {
    id,
    status: statusOf(contract, from),
    applicant: { ...recipient, ...defined({ email: persons ? email : undefined }), iijIdContract },
    appliedAt,
    ...(contract.stage === 'accepted' ? sinceAcceptance(contract, from) : withoutAcceptance(contract)),
    conditions: CONDITIONS.map((condition) => conditionView(condition, conditions[condition], persons)),
    denialReasonsDisclosed: denialReasons.disclosed,
    quotes: quotes.map(quoteView),
    revision,
  };
}

/** What a contract is shown with that is there from the acceptance on. */
type OfAcceptance = Omit<
  ContractView,
  | 'id'
  | 'status'
  | 'applicant'
  | 'appliedAt'
  | 'conditions'
  | 'denialReasonsDisclosed'
  | 'quotes'
  | 'revision'
>;

function withoutAcceptance(contract: AppliedContract | UnacceptedContract): OfAcceptance {
  const { plan, appliedAt } = contract.application;
  return {
    plan,
    planByMonth: [],
    pendingPlanChange: null,
    iijIdContractHeld: true,
    ...(contract.stage === 'ended-unaccepted' && { reason: contract.end.reason }),
    billingStartDate: null,
    cancellation: null,
    withheld: false,
    termsVersion: governingTermsOn(jstDayOf(appliedAt)),
  };
}

function sinceAcceptance(contract: AcceptedContract, from: Instant): OfAcceptance {
  const { acceptance, planChange, cancellation, withholding, iijId } = contract;
  const { acceptedAt, acceptedOn, billingStart, termsVersion } = acceptance;
  const pending = openRequest(planChange) ?? boundChange(planChange);
  const notice = standingNotice(cancellation);
  return {
    plan: acceptedPlanIn(planChange, monthOf(from)),
    planByMonth: [
      { fromMonth: monthOfDay(acceptedOn), plan: planChange.firstPlan },
      ...changesThatHold(planChange),
    ],
    pendingPlanChange: pending === undefined ? null : planChangeView(pending),
    iijIdContractHeld: iijId.lostOn === undefined,
    ...defined({ iijIdContractLostOn: iijId.lostOn }),
    acceptedAt,
    acceptedOn,
    billingStartDate: billingStart ?? null,
    cancellation: notice === undefined ? null : cancellationView(notice),
    withheld: withholding.withheld,
    ...(withholding.withheld && {
      withholding: { reason: withholding.reason, since: withholding.since },
    }),
    termsVersion,
  };
}

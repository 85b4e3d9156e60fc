import { jstDayOf, monthOf, monthOfDay, type JstDay } from '@smartkey/calendar';
import { governingTermsOn, type Plan, type PlanFromMonth } from '@smartkey/terms';
import {
  boundChange,
  changesThatHold,
  CONDITIONS,
  letTimePass,
  openRequest,
  planIn,
  standingNotice,
  statusOf,
  type AcceptedContract,
  type AppliedContract,
  type ContractStatus,
  type ExistingContract,
  type UnacceptedContract,
} from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';
import { defined, type Actor, type Instant } from '@smartkey/kernel';
import {
  cancellationSchema,
  cancellationView,
  type CancellationView,
} from '../cancellation/cancellation-view.ts';
import { conditionSchema, conditionView, type ConditionView } from '../conditions/condition-view.ts';
import { affectsInAnswer } from '../late-facts/affected-months.ts';
import { planChangeSchema, planChangeView, type PlanChangeView } from '../plan-changes/plan-change-view.ts';
import { quoteSchema, quoteView, type QuoteView } from '../quotes/quote-view.ts';
import { PLANS, STATUSES } from './words.ts';

const { idOf, instant, jstDay, list, nullable, object, oneOf, serviceMonth, text, trueOrFalse, wholeNumber } =
  schema;

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

/** As seen from an instant: what is due by then has come, whether or not a timer has run. */
export function contractView(
  id: string,
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
    plan: planIn(planChange, monthOf(from)),
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

export const contractSchema = object({
  id: idOf('ctr'),
  status: oneOf(STATUSES, 'By the dated facts and the clock.'),
  plan: oneOf(PLANS, 'In the month it is looked at.'),
  planByMonth: list(object({ fromMonth: serviceMonth(), plan: oneOf(PLANS) })),
  pendingPlanChange: nullable(planChangeSchema),
  applicant: object({
    name: text(),
    'department?': text(),
    'address?': text(),
    'email?': text(),
    iijIdContract: text(),
  }),
  iijIdContractHeld: trueOrFalse('第3条: lost contracts are shown; they end nothing.'),
  'iijIdContractLostOn?': jstDay(),
  appliedAt: instant(),
  'acceptedAt?': instant(),
  'acceptedOn?': jstDay(),
  'reason?': text('Why the application was rejected or withdrawn.'),
  billingStartDate: nullable(jstDay('課金開始日.')),
  cancellation: nullable(cancellationSchema),
  withheld: trueOrFalse(),
  'withholding?': object({ reason: text(), since: instant() }),
  conditions: list(conditionSchema),
  denialReasonsDisclosed: trueOrFalse(),
  quotes: list(quoteSchema),
  termsVersion: text('The terms that governed the acceptance (附則).'),
  revision: wholeNumber(),
  'propagation?': oneOf(['done', 'pending'], 'Of a stop: whether authentication knows already.'),
  'affects?': affectsInAnswer,
});

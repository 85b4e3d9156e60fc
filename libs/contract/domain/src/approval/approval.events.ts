import type { ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent, Signatory, ApprovalId, ContractId } from '@smartkey/kernel';
import type { Signature } from '@smartkey/terms';
import type { SetBillingStart } from '../acceptance/acceptance.decide.ts';
import type { WaiveFee } from '../fees/fees.decide.ts';
import type { OfTwoPersons } from '../late-facts/lowering.ts';
import type { AcceptPlanChange } from '../plan-change/plan-change.decide.ts';
import type { Moment } from '../shared/moment.ts';
import type { GiveQuote } from '../quotes/quotes.decide.ts';

/** What is asked for by a command, without when, by whom and upon what documents it is decided. */
type Wish<Command extends Moment> = Omit<Command, keyof Moment | keyof OfTwoPersons | 'type'>;

/**
 * A command that takes two persons: one that lowers an issued month by agreement (Two persons), or what an installation wants two for.
 */
export type ProposedChange =
  | { readonly kind: 'quote'; readonly command: Wish<GiveQuote> }
  | { readonly kind: 'billing-start'; readonly command: Wish<SetBillingStart> }
  | { readonly kind: 'waiver'; readonly command: Wish<WaiveFee> }
  | { readonly kind: 'plan-change'; readonly command: Wish<AcceptPlanChange> };

export type ChangeProposed = DomainEvent<
  'ChangeProposed',
  {
    /** `apr_…` */
    readonly approval: ApprovalId;
    readonly contract: ContractId;
    readonly change: ProposedChange;
    /** The issued months that it lies in, with the numbers of their invoices, as known when it was asked for. */
    readonly affects: readonly { readonly month: ServiceMonth; readonly number: string | null }[];
    readonly asker: Signatory;
  }
>;

/** Another person agreed: it is carried out upon this. */
export type ChangeApproved = DomainEvent<
  'ChangeApproved',
  { readonly approval: ApprovalId; readonly contract: ContractId; readonly approver: Signature }
>;

/** Another person refused it, or it was no longer legal when it was approved. Nothing comes after it. */
export type ChangeRejected = DomainEvent<
  'ChangeRejected',
  {
    readonly approval: ApprovalId;
    readonly contract: ContractId;
    readonly cause: 'person' | 'no-longer-legal';
    readonly reason: string;
  }
>;

export type ApprovalEvent = ChangeProposed | ChangeApproved | ChangeRejected;

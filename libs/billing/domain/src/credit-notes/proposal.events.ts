import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent, Signatory, ApprovalId, ContractId, CreditNoteId } from '@smartkey/kernel';
import type { Yen } from '@smartkey/money';
import type { Signature } from '@smartkey/terms';
import type { TaxCode } from '../tax/tax-code.ts';

/** An agreed reduction of what is billed for a month under a code, as it is asked for (Credit notes). */
export interface WantedCredit {
  /** `crn_…` */
  readonly creditNote: CreditNoteId;
  readonly contract: ContractId;
  /** The invoice of the month. */
  readonly number: string;
  readonly month: ServiceMonth;
  /** Whole yen above 0, tax-exclusive. */
  readonly amount: Yen;
  readonly taxCode: TaxCode;
  readonly reason: string;
  /** The day on which the contractor agreed. */
  readonly agreedOn: JstDay;
}

/** What tells of a proposal in each of its events. */
interface OfProposal {
  /** `apr_…` */
  readonly approval: ApprovalId;
  readonly creditNote: CreditNoteId;
  readonly contract: ContractId;
}

export type CreditNoteProposed = DomainEvent<
  'CreditNoteProposed',
  WantedCredit & { readonly approval: ApprovalId; readonly asker: Signatory }
>;

/** Another person agreed: the note is issued upon this. The key itself is the event's actor. */
export type CreditNoteApproved = DomainEvent<
  'CreditNoteApproved',
  OfProposal & { readonly approver: Signature }
>;

/** Another person refused it, or it was no longer legal when it was approved. Nothing comes after it. */
export type CreditNoteRejected = DomainEvent<
  'CreditNoteRejected',
  OfProposal & { readonly cause: 'person' | 'no-longer-legal'; readonly reason: string }
>;

export type CreditNoteProposalEvent = CreditNoteProposed | CreditNoteApproved | CreditNoteRejected;

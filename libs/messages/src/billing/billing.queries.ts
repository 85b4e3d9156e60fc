import type { Yen } from '@smartkey/money';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type {
  Actor,
  Instant,
  Rejection,
  Result,
  Signatory,
  ApprovalId,
  ContractId,
  CreditNoteId,
} from '@smartkey/kernel';

/** What the contract service asks of billing over internal HTTP. */

/**
 * `POST /internal/contracts/{id}/what-if` → 200 `WhatIfAnswer`: what the monthly fees of issued months come to now, and what they
 * would come to after more messages of the contract. 404 where billing knows no such contract, 503 while its ledger has not taken in
 * the revision yet.
 */
export interface WhatIfAsked {
  /** Revision of the contract's stream that the messages would follow. */
  readonly revision: number;
  readonly messages: readonly { readonly type: string; readonly data: object }[];
}

export interface WhatIfAnswer {
  /** The issued months for which the messages change days or quote, in order, up to the first that comes to less or cannot be rated. */
  readonly months: readonly {
    readonly month: ServiceMonth;
    /** Of the month's invoice. */
    readonly number: string;
    /** Whole yen, tax-exclusive, by the rules and the policy of that invoice, over all facts now known; `null`: cannot be rated. */
    readonly now: Yen | null;
    readonly then: Yen | null;
  }[];
}

/** A credit note, as it was asked for and what became of it. */
export interface CreditNoteView {
  readonly id: CreditNoteId;
  readonly approval: ApprovalId;
  readonly status: 'proposed' | 'issued' | 'rejected';
  /**
   * The note's own number, once it is issued.
   * @example SK-000000003
   */
  readonly number?: string;
  readonly contract: ContractId;
  /** The invoice whose month is credited. */
  readonly invoice: string;
  readonly month: ServiceMonth;
  /** Whole yen, tax-exclusive. */
  readonly amount: Yen;
  readonly taxCode: string;
  readonly reason: string;
  readonly agreedOn: JstDay;
}

/** A credit note that takes two persons, as it stands among the approvals; `GET /internal/approvals/{id}` → 200 one of them, 404. */
export interface CreditNoteApproval {
  readonly id: ApprovalId;
  readonly kind: 'credit-note';
  readonly contract: ContractId;
  /** The invoice. */
  readonly number: string;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly command: object;
  readonly affects: readonly { readonly month: ServiceMonth; readonly number: string }[];
  readonly state: 'proposed' | 'approved' | 'rejected';
  readonly decidedBy?: string;
  readonly decidedAt?: Instant;
  readonly reason?: string;
}

/**
 * `GET /internal/approvals?state=&after=&limit=` → 200: the credit notes that were asked for, in the order of their approvals' ids, behind
 * one of them.
 */
export interface CreditNoteApprovals {
  readonly items: readonly CreditNoteApproval[];
}

/** `POST /internal/approvals/{id}/decision` → 200 `CreditNoteDecided`: a person decides what another one has asked for. */
export interface CreditNoteDecision {
  readonly actor: Actor;
  readonly signatory: Signatory;
  readonly commandId: string;
  readonly repeatable: boolean;
  /** The revision of the proposal that the caller has seen. */
  readonly ifMatch?: number;
  /** Of a rejection. */
  readonly reject?: { readonly reason: string };
}

export interface DecidedCreditNote {
  readonly note: CreditNoteView;
  readonly approval: CreditNoteApproval;
  /** Where the approval came to lie in billing's log. */
  readonly revision: number;
  readonly position: string;
}

export type CreditNoteDecided = Result<DecidedCreditNote, Rejection>;

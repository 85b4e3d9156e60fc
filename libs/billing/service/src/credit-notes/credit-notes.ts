import { mustBeAgreed, type MadeCreditNote, type WantedCredit } from '@smartkey/billing-domain';
import { encodeCursor, decodeCursor, notFoundProblem, orNotFound, orThrow } from '@smartkey/http';
import type { CommandContext, Page, PageQuery } from '@smartkey/http';
import { derivedUuid, newId } from '@smartkey/identity';
import {
  fail,
  notFound,
  ok,
  type Clock,
  type Rejection,
  type Result,
  type Signatory,
  type ApprovalId,
} from '@smartkey/kernel';
import type {
  CreditNoteApproval,
  CreditNoteDecided,
  CreditNoteDecision,
  CreditNoteView,
} from '@smartkey/messages';
import { mustBeApproved, mustBeDecidableBy, noLongerLegal } from '@smartkey/terms';
import type { InvoiceLog } from '../log/invoice-log.ts';
import type { CreditNoteForm } from './credit-note.forms.ts';
import { creditNoteApproval, creditNoteView } from './credit-note-view.ts';
import type { CreditNoteWriter } from './credit-note-writer.ts';
import type { CreditNoteDirectory } from './credit-notes.projection.ts';
import { APPROVALS, type CreditNoteProposals, type LoadedProposal } from './proposals.ts';

/** A credit note that was asked for, and where that came to lie in billing's log. */
export interface ProposedCreditNote {
  readonly view: CreditNoteView;
  readonly revision: number;
  readonly position: bigint;
}

/** Agreed reductions: asked for by one person, decided by another, and then issued (Credit notes, Two persons). */
export class CreditNotes {
  constructor(
    private readonly proposals: CreditNoteProposals,
    private readonly writer: CreditNoteWriter,
    private readonly invoices: InvoiceLog,
    private readonly directory: CreditNoteDirectory,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemException 404 where there is no such invoice, 409 and 422 where it is not legal. */
  async propose(
    invoiceNumber: string,
    { amount, taxCode, reason, agreedOn }: CreditNoteForm,
    context: CommandContext,
    signatory: Signatory,
  ): Promise<ProposedCreditNote> {
    // A command that comes again is not judged anew.
    const before = await this.#proposedBefore(context);
    if (before !== undefined) return before;
    const invoice = (await this.invoices.find(invoiceNumber))?.invoice;
    if (invoice?.kind !== 'invoice') throw notFoundProblem();
    const now = this.clock.now();
    const { commandId } = context;
    const approval = newId('apr', now, commandId);
    const { contract, number, month } = invoice;
    const creditNote = newId('crn', now, commandId);
    const wanted: WantedCredit = { creditNote, contract, number, month, amount, taxCode, reason, agreedOn };
    orThrow(mustBeAgreed(wanted, now) ?? (await this.writer.judge(wanted)));
    const { revision, position } = await this.proposals.tell(approval, context, (at) => ({
      type: 'Propose',
      now: at,
      approval,
      wanted,
      signatory,
    }));
    const view = creditNoteView(await this.#load(approval), undefined);
    return { view, revision, position };
  }

  /** Approves or rejects what another person has asked for. What is approved is issued, or falls where it is no longer legal. */
  async decide(approval: ApprovalId, decision: CreditNoteDecision): Promise<CreditNoteDecided> {
    const { signatory, reject, ...context } = decision;
    const proposal = await this.proposals.load(approval);
    if (proposal === undefined) return notFound('approval-unknown', 'there is no such approval');
    if (reject !== undefined) {
      const { reason } = reject;
      const rejected = await this.proposals.attempt(approval, context, () => ({
        type: 'Reject',
        signatory,
        reason,
      }));
      return rejected.ok ? this.#decided(approval, undefined) : rejected;
    }
    const { state } = proposal;
    const open = mustBeDecidableBy(signatory, state);
    if (open.ok) {
      const legal = await this.writer.judge(open.value.wanted);
      if (!legal.ok) return this.#drop(approval, 'proposed', context, legal.error);
    }
    const approved = await this.proposals.attempt(approval, context, () => ({ type: 'Approve', signatory }));
    if (!approved.ok) return approved;
    const issued = await this.carryOut(approval);
    return issued.ok ? this.#decided(approval, issued.value) : issued;
  }

  /**
   * Issues what is approved, once however often it is called. Where that turns out to be no longer legal, the approval falls.
   * @returns the note's number, or why it fell, also where it had fallen before.
   */
  async carryOut(approval: ApprovalId): Promise<Result<string, Rejection>> {
    const { state, events } = await this.#load(approval);
    const approved = mustBeApproved(state);
    if (!approved.ok) return approved;
    const { id: causationId, metadata } = events.find(({ type }) => type === 'CreditNoteApproved')!;
    const { actor } = metadata;
    const issued = await this.writer.issue(approved.value.wanted, {
      approval,
      commandId: derivedUuid(APPROVALS, approval),
      actor,
      causationId,
      at: approved.value.decidedAt,
    });
    if (issued.ok) return issued;
    const dropping = {
      actor,
      causationId,
      repeatable: true,
      commandId: derivedUuid(APPROVALS, approval, 'drop'),
    };
    return this.#drop(approval, 'approved', dropping, issued.error);
  }

  /** Credit notes of all invoices or of one, in the order in which they were asked for. */
  async page({ limit, cursor }: PageQuery, invoice?: string): Promise<Page<CreditNoteView>> {
    const [after] = cursor === undefined ? [undefined] : decodeCursor(cursor, 'apr');
    const rows = await this.directory.find({ invoice }, after, limit + 1);
    const shown = rows.slice(0, limit);
    const items = await Promise.all(
      shown.map(async (row) => creditNoteView(await this.#load(row.approval), row.number ?? undefined)),
    );
    return { items, nextCursor: rows.length > limit ? encodeCursor(shown.at(-1)!.approval) : null };
  }

  /** Those that take two persons, behind one of them. */
  async approvals(
    state: string | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<readonly CreditNoteApproval[]> {
    const rows = await this.directory.find({ state }, after, limit);
    return Promise.all(rows.map(async ({ approval }) => creditNoteApproval(await this.#load(approval))));
  }

  /** @throws ProblemException 404 */
  async approval(id: ApprovalId): Promise<CreditNoteApproval> {
    return creditNoteApproval(await this.#load(id));
  }

  async #proposedBefore(context: CommandContext): Promise<ProposedCreditNote | undefined> {
    const approval = await this.proposals.toldBefore(context);
    const loaded = approval && (await this.proposals.load(approval, 0));
    if (loaded === undefined) return undefined;
    const { revision, position } = loaded;
    return { view: creditNoteView(loaded, undefined), revision, position };
  }

  async #decided(approval: ApprovalId, number: string | undefined): Promise<CreditNoteDecided> {
    const loaded = await this.#load(approval);
    const { revision, position } = loaded;
    return ok({
      note: creditNoteView(loaded, number),
      approval: creditNoteApproval(loaded),
      revision,
      position: String(position),
    });
  }

  /** A proposal that was found to be no longer legal falls, unless it was approved meanwhile. */
  async #drop(
    approval: ApprovalId,
    found: 'proposed' | 'approved',
    context: CommandContext,
    { detail }: Rejection,
  ): Promise<Result<never, Rejection>> {
    const dropped = await this.proposals.attempt(approval, context, () => ({
      type: 'Drop',
      found,
      reason: detail,
    }));
    return dropped.ok ? fail(noLongerLegal(detail)) : dropped;
  }

  async #load(approval: ApprovalId): Promise<LoadedProposal & { readonly state: MadeCreditNote }> {
    return orNotFound(await this.proposals.load(approval));
  }
}

import {
  creditNoteProposal,
  type CreditNoteProposal,
  type CreditNoteProposalCommand,
  type CreditNoteProposalEvent,
  type MadeCreditNote,
} from '@smartkey/billing-domain';
import { CommandHandler, type CommandContext, type Handled, type Loaded } from '@smartkey/event-store';
import { orThrow } from '@smartkey/http';
import type { Instant, ApprovalId } from '@smartkey/kernel';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedCreditNoteProposals } from '../log/stored-events.ts';

/** What the streams of approvals begin with: `approval-apr_…`. */
export const APPROVALS = 'approval';

export type HandledProposal = Handled<CreditNoteProposal, CreditNoteProposalEvent, ApprovalId>;

/** A proposal that there is, with its events. */
export type LoadedProposal = Loaded<CreditNoteProposal, CreditNoteProposalEvent, ApprovalId> & {
  readonly state: MadeCreditNote;
};

type ProposalHandler = CommandHandler<
  CreditNoteProposal,
  CreditNoteProposalCommand,
  CreditNoteProposalEvent,
  ApprovalId
>;

/** Credit notes that are asked for, each a stream of billing's log. */
export class CreditNoteProposals {
  readonly #handler: ProposalHandler;

  constructor(parts: LogParts) {
    this.#handler = handlerOf(parts, APPROVALS, creditNoteProposal, storedCreditNoteProposals);
  }

  async load(approval: ApprovalId, atRevision?: number): Promise<LoadedProposal | undefined> {
    const loaded = await this.#handler.load(approval, atRevision === undefined ? {} : { atRevision });
    return loaded === undefined || loaded.state.stage === 'none' ? undefined : (loaded as LoadedProposal);
  }

  /** What a command that comes again has proposed. */
  toldBefore(context: CommandContext): Promise<ApprovalId | undefined> {
    return this.#handler.toldBefore(context);
  }

  /** @throws ProblemException where it is refused. */
  async tell(
    approval: ApprovalId,
    context: CommandContext,
    command: (now: Instant) => CreditNoteProposalCommand,
  ): Promise<HandledProposal> {
    return orThrow(await this.attempt(approval, context, command));
  }

  attempt(
    approval: ApprovalId,
    context: CommandContext,
    command: (now: Instant) => CreditNoteProposalCommand,
  ): ReturnType<ProposalHandler['handle']> {
    return this.#handler.handle(approval, context, command);
  }
}

import { orThrow, type CommandContext } from '@smartkey/http';
import type { Signatory, ApprovalId } from '@smartkey/kernel';
import type {
  CreditNoteApproval,
  CreditNoteApprovals,
  CreditNoteDecided,
  CreditNoteDecision,
  DecidedCreditNote,
} from '@smartkey/messages';
import { PeerUnavailableError, type Peers } from '@smartkey/runtime';

/** Credit notes take two persons, too. They are proposed in billing's log, which is asked for them and told what is decided. */
export class BillingApprovals {
  constructor(private readonly peers: Peers) {}

  /** In the order of their ids, behind one of them. @throws PeerUnavailableError */
  async find(
    state: string | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<readonly CreditNoteApproval[]> {
    const query = new URLSearchParams({
      ...(state !== undefined && { state }),
      ...(after !== undefined && { after }),
      limit: String(limit),
    });
    const path = `/internal/approvals?${query.toString()}`;
    const answer = await this.peers.call('billing', { method: 'GET', path });
    if (answer.status !== 200)
      throw new PeerUnavailableError('billing', `answered ${answer.status} at /internal/approvals`);
    return (answer.body as CreditNoteApprovals).items;
  }

  /** @returns `undefined` where there is none. @throws PeerUnavailableError */
  async one(approval: ApprovalId): Promise<CreditNoteApproval | undefined> {
    const path = `/internal/approvals/${encodeURIComponent(approval)}`;
    const answer = await this.peers.call('billing', { method: 'GET', path });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200)
      throw new PeerUnavailableError('billing', `answered ${answer.status} at /internal/approvals`);
    return answer.body as CreditNoteApproval;
  }

  /**
   * @param reject why it is to come to nothing; missing: it is approved.
   * @throws ProblemException as the same decision about a proposal of this log; PeerUnavailableError
   */
  async decide(
    approval: ApprovalId,
    { actor, commandId, repeatable = false, ifMatch }: CommandContext,
    signatory: Signatory,
    reject?: { readonly reason: string },
  ): Promise<DecidedCreditNote> {
    const body: CreditNoteDecision = {
      actor,
      signatory,
      commandId,
      repeatable,
      ...(ifMatch !== undefined && { ifMatch }),
      ...(reject !== undefined && { reject }),
    };
    const path = `/internal/approvals/${encodeURIComponent(approval)}/decision`;
    const answer = await this.peers.call('billing', { method: 'POST', path, body });
    if (answer.status !== 200 && answer.status !== 404)
      throw new PeerUnavailableError('billing', `answered ${answer.status} to a decision`);
    const decided: CreditNoteDecided =
      answer.status === 404
        ? { ok: false, error: { kind: 'not-found', code: 'approval-unknown', detail: 'There is none.' } }
        : (answer.body as CreditNoteDecided);
    return orThrow(decided);
  }
}

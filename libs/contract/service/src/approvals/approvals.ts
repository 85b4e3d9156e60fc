import {
  askedBy,
  contractDecider,
  FACT_OF,
  foldDecided,
  type GivenApproval,
  type Moment,
  type OpenApproval,
  type ProposedChange,
} from '@smartkey/contract-domain';
import type { AffectedMonth } from '@smartkey/facts';
import {
  decodeCursor,
  encodeCursor,
  orNotFound,
  orThrow,
  problemOf,
  type ProblemException,
  type CommandContext,
  type Page,
} from '@smartkey/http';
import { derivedUuid, newId } from '@smartkey/identity';
import {
  fail,
  ok,
  type Rejection,
  type Result,
  type Signatory,
  type ApprovalId,
  type ContractId,
} from '@smartkey/kernel';
import { mustBeApproved, mustBeDecidableBy, noLongerLegal } from '@smartkey/terms';
import type { Contracts } from '../contracts/contracts.ts';
import type { Outcome } from '../contracts/outcome.ts';
import type { BillingKnowledge, IssuedOfContract } from '../issued-months/billing-knowledge.ts';
import { affectedBetween } from '../late-facts/affected-months.ts';
import { APPROVALS, type ApprovalHandler, type LoadedApproval } from './approval-handler.ts';
import type { BillingApprovals } from './billing-approvals.ts';
import type { ApprovalsQuery } from './approval.forms.ts';
import type { ApprovalDirectory } from './approvals.projection.ts';
import { approvalView, type ApprovalView } from './approval-view.ts';

/** A change that waits for another person. */
export interface Proposal {
  readonly approval: ApprovalId;
  readonly change: ProposedChange;
  readonly affects: readonly AffectedMonth[];
  readonly revision: number;
  readonly position: bigint;
}

/** What an approved change has come to. */
export interface CarriedOut {
  readonly change: ProposedChange;
  readonly outcome: Outcome;
}

interface Wanted {
  readonly contract: ContractId;
  readonly change: ProposedChange;
  readonly issued: IssuedOfContract;
  readonly signatory: Signatory;
}

/** What lowers an issued month by agreement: proposed, decided by another person, and then carried out (Two persons). */
export class Approvals {
  constructor(
    private readonly handler: ApprovalHandler,
    private readonly contracts: Contracts,
    private readonly issued: BillingKnowledge,
    private readonly directory: ApprovalDirectory,
    private readonly creditNotes: BillingApprovals,
  ) {}

  /** Whether a proposal lies in this service's log. */
  async isOwn(id: ApprovalId): Promise<boolean> {
    return (await this.handler.load(id)) !== undefined;
  }

  /** @throws ProblemException where it is not legal. */
  async propose(wanted: Wanted, context: CommandContext): Promise<Proposal> {
    const { contract, signatory, issued } = wanted;
    // As the log will have it: no classes, nothing undefined.
    const change = JSON.parse(JSON.stringify(wanted.change)) as ProposedChange;
    const { actor, commandId } = context;
    const now = this.contracts.now();
    const approval = newId('apr', now, commandId);
    const { state } = await this.contracts.load(contract);
    const decided = orThrow(
      contractDecider.decide({ ...askedBy(change, { issued, approval }), now, actor }, state),
    );
    const affects = affectedBetween(state, foldDecided(state, decided, now), issued);
    // What the caller has seen is a revision of the contract, not of this.
    const { ifMatch: _ifMatch, ...circumstances } = context;
    const { position, revision } = orThrow(
      await this.handler.handle(approval, circumstances, (at) => ({
        type: 'ProposeChange',
        now: at,
        actor,
        approval,
        contract,
        change,
        affects,
        signatory,
      })),
    );
    return { approval, change, affects, revision, position };
  }

  /** What the same command proposed before; a command that comes again is not judged anew. */
  async proposedBefore(context: CommandContext): Promise<Proposal | undefined> {
    const approval = await this.handler.toldBefore(context);
    if (approval === undefined) return undefined;
    const { state, revision, position } = await this.#load(approval, { atRevision: 0 });
    if (state.stage === 'none') return undefined;
    const { change, affects } = state;
    return { approval, change, affects, revision, position };
  }

  /** @throws ProblemException 403 for the same person; 409 where it is decided already, or no longer legal: then it is rejected. */
  async approve(id: ApprovalId, context: CommandContext, signatory: Signatory): Promise<CarriedOut> {
    const { state } = await this.#load(id);
    const open = mustBeDecidableBy(signatory, state);
    if (open.ok) {
      const refusal = await this.#refusalOf(open.value, context);
      if (refusal !== undefined) throw await this.#drop(id, 'proposed', context, refusal);
    }
    const { actor } = context;
    orThrow(
      await this.handler.handle(id, context, (now) => ({ type: 'ApproveChange', now, actor, signatory })),
    );
    return orThrow(await this.carryOut(id));
  }

  /** @throws ProblemException 403 for the same person, 409 where it is decided already. */
  async reject(
    id: ApprovalId,
    reason: string,
    context: CommandContext,
    signatory: Signatory,
  ): Promise<{ readonly view: ApprovalView; readonly revision: number; readonly position: bigint }> {
    const { actor } = context;
    orThrow(
      await this.handler.handle(id, context, (now) => ({
        type: 'RejectChange',
        now,
        actor,
        signatory,
        reason,
      })),
    );
    const loaded = await this.#load(id);
    const { revision, position } = loaded;
    return { view: this.#shown(loaded), revision, position };
  }

  /**
   * Carries out what is approved, once however often it is called: its command id derives from the approval. Where that turns out to
   * be no longer legal, the approval falls.
   * @returns why it fell, also where it had fallen before.
   */
  async carryOut(id: ApprovalId): Promise<Result<CarriedOut, Rejection>> {
    const { state, events } = await this.#load(id);
    const approved = mustBeApproved(state);
    if (!approved.ok) return approved;
    const approval = events.find(({ type }) => type === 'ChangeApproved')!;
    const { actor } = approval.metadata;
    const circumstances = { actor, repeatable: true, causationId: approval.id };
    const context: CommandContext = { ...circumstances, commandId: derivedUuid(APPROVALS, id) };
    const result = await this.#attempt(approved.value, context);
    if (result.ok) return ok({ change: approved.value.change, outcome: result.value });
    const dropping = { ...circumstances, commandId: derivedUuid(APPROVALS, id, 'drop') };
    await this.#drop(id, 'approved', dropping, result.error);
    return fail(noLongerLegal(result.error.detail));
  }

  /**
   * A page of approvals, in the order in which they were asked for: those of this service are found by the read model and shown by their
   * streams, billing's are asked for. Each source is sorted by the one kind of id, so a page is the first of both.
   * @throws PeerUnavailableError where billing does not answer: a list with a part missing is not shown.
   */
  async page({ limit, cursor, state }: ApprovalsQuery): Promise<Page<ApprovalView>> {
    const [after] = cursor === undefined ? [undefined] : decodeCursor(cursor, 'apr');
    const [ids, notes] = await Promise.all([
      this.directory.find(state, after, limit + 1),
      this.creditNotes.find(state, after, limit + 1),
    ]);
    const found = [...ids.map((id) => ({ id })), ...notes].sort((a, b) => (a.id < b.id ? -1 : 1));
    const shown = found.slice(0, limit);
    const views = await Promise.all(
      shown.map(async (each) => ('kind' in each ? each : this.#shown(await this.#load(each.id)))),
    );
    return {
      items: views.filter((view) => state === undefined || view.state === state),
      nextCursor: found.length > limit ? encodeCursor(shown.at(-1)!.id) : null,
    };
  }

  /** One, by its stream: billing is asked where it is not of this log. @throws ProblemException 404; PeerUnavailableError */
  async one(id: ApprovalId): Promise<ApprovalView> {
    const loaded = await this.handler.load(id);
    if (loaded !== undefined) return this.#shown(loaded);
    return orNotFound(await this.creditNotes.one(id));
  }

  async #attempt(
    { id, contract, change }: GivenApproval,
    context: CommandContext,
  ): Promise<Result<Outcome, Rejection>> {
    const issued = await this.issued.of(contract);
    const result = await this.contracts.attempt(contract, context, () =>
      askedBy(change, { issued, approval: id }),
    );
    if (!result.ok) return result;
    return result.value.events.some(({ type }) => type === FACT_OF[change.kind])
      ? result
      : fail(NOTHING_LEFT);
  }

  /** Why the change is no longer legal, `undefined` where it is. */
  async #refusalOf(
    { id, contract, change }: OpenApproval,
    { actor }: CommandContext,
  ): Promise<Rejection | undefined> {
    const issued = await this.issued.asBillingHasThem(contract);
    const { state } = await this.contracts.load(contract);
    const moment: Moment = { now: this.contracts.now(), actor };
    const decided = contractDecider.decide(
      { ...askedBy(change, { issued, approval: id }), ...moment },
      state,
    );
    if (!decided.ok) return decided.error;
    return decided.value.some(({ type }) => type === FACT_OF[change.kind]) ? undefined : NOTHING_LEFT;
  }

  /** @throws ProblemException 409 where it was found to be no longer legal, and was approved meanwhile. */
  async #drop(
    id: ApprovalId,
    found: 'proposed' | 'approved',
    context: CommandContext,
    { detail }: Rejection,
  ): Promise<ProblemException> {
    const { actor } = context;
    orThrow(
      await this.handler.handle(id, context, (now) => ({
        type: 'DropChange',
        found,
        now,
        actor,
        reason: detail,
      })),
    );
    return problemOf(noLongerLegal(detail));
  }

  async #load(id: ApprovalId, at: { readonly atRevision?: number } = {}): Promise<LoadedApproval> {
    return orNotFound(await this.handler.load(id, at));
  }

  #shown(loaded: LoadedApproval): ApprovalView {
    return orNotFound(approvalView(loaded));
  }
}

const NOTHING_LEFT: Rejection = {
  kind: 'conflict',
  code: 'nothing-left-to-change',
  detail: 'What it asks for holds already.',
};

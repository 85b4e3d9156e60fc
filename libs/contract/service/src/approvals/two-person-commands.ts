import { askedBy, SECOND_PERSON_NEEDED, type ProposedChange } from '@smartkey/contract-domain';
import { monthOf } from '@smartkey/calendar';
import {
  orThrow,
  ProblemException,
  problemOf,
  written,
  type CommandContext,
  type Written,
} from '@smartkey/http';
import { newId } from '@smartkey/identity';
import { conflict, type ContractId, type Instant, type Signatory } from '@smartkey/kernel';
import type { Contracts, NewIdOf } from '../contracts/contracts.ts';
import type { Outcome } from '../contracts/outcome.ts';
import type { BillingKnowledge } from '../issued-months/billing-knowledge.ts';
import type { ProposalView } from './approval-view.ts';
import type { Approvals, Proposal } from './approvals.ts';
import type { LoweredMonths } from './lowered-months.ts';

/** The change that is asked for, with ids of its own. */
type ChangeAt = (newIdOf: NewIdOf) => ProposedChange;

const proposalAnswer = ({
  approval,
  change,
  affects,
  revision,
  position,
}: Proposal): Written<ProposalView, 202> =>
  written(
    { approval, ...(change.kind === 'quote' && { quote: change.command.quote }), affects },
    { revision, position, source: 'contract' },
    202,
  );

/** How often a contract that goes on meanwhile is looked at again. */
const LOOKS = 3;

/**
 * Commands that may take two persons: carried out at once, or proposed where they lower an issued month by agreement, and where the
 * installation wants two persons in any case. The contract's own rules say
 * which may, in the decision itself, and what billing says of those holds for the very revision that it was asked about: nothing
 * slips through between the look and the act.
 */
export class TwoPersonCommands {
  constructor(
    private readonly contracts: Contracts,
    private readonly approvals: Approvals,
    private readonly issued: BillingKnowledge,
    private readonly lowered: LoweredMonths,
    /** What takes two persons in any case. */
    private readonly always: ReadonlySet<ProposedChange['kind']> = new Set(),
  ) {}

  /**
   * @param answer of what was carried out at once.
   * @throws ProblemException where it is refused; PeerUnavailableError (503) where billing must be asked, and does not say what it
   *   has issued or what that comes to.
   */
  async carryOut<Body>(
    id: ContractId,
    context: CommandContext,
    signatory: Signatory,
    change: ChangeAt,
    answer: (outcome: Outcome) => Written<Body>,
  ): Promise<Written<Body> | Written<ProposalView, 202>> {
    const before = await this.approvals.proposedBefore(context);
    if (before !== undefined) return proposalAnswer(before);
    const sample = change((prefix) => newId(prefix, this.contracts.now(), context.commandId));
    const issued = mayTouchIssued(sample, this.contracts.now())
      ? await this.issued.asBillingHasThem(id)
      : await this.issued.of(id);
    if (this.always.has(sample.kind)) {
      const { revision } = await this.contracts.load(id);
      if (context.ifMatch !== undefined && context.ifMatch !== revision)
        orThrow(conflict('revision-mismatch', `It is at revision ${revision}, not at ${context.ifMatch}.`));
      const wanted = { contract: id, change: sample, issued, signatory };
      return proposalAnswer(await this.approvals.propose(wanted, context));
    }
    let asked = sample;
    const attempt = (circumstances: CommandContext, lowersNothing: boolean) =>
      this.contracts.attempt(id, circumstances, (newIdOf) => {
        asked = change(newIdOf);
        return askedBy(asked, { issued, lowersNothing });
      });
    for (let look = 0; look < LOOKS; look += 1) {
      const result = await attempt(context, false);
      if (result.ok) return answer(result.value);
      if (result.error.code !== SECOND_PERSON_NEEDED) throw problemOf(result.error);
      const { state, revision } = await this.contracts.load(id);
      const moment = { now: this.contracts.now(), actor: context.actor };
      if (await this.lowered.lowers(asked, { id, state, revision }, moment, issued)) {
        const wanted = { contract: id, change: asked, issued, signatory };
        return proposalAnswer(await this.approvals.propose(wanted, context));
      }
      const judged = await attempt({ ...context, ifMatch: context.ifMatch ?? revision }, true);
      if (judged.ok) return answer(judged.value);
      // Somebody changed the contract meanwhile; whoever has not said at which revision it must be is judged anew.
      if (judged.error.code !== 'revision-mismatch' || context.ifMatch !== undefined)
        throw problemOf(judged.error);
    }
    throw new ProblemException(409, 'concurrent-change', 'This is being changed by others. Try again.');
  }
}

/** Whether it matters that the documents of a moment ago are known: only months that have ended are issued. */
function mayTouchIssued({ kind, command }: ProposedChange, now: Instant): boolean {
  switch (kind) {
    case 'quote':
      return command.effectiveMonth < monthOf(now);
    case 'billing-start':
      return command.agreement !== undefined;
    case 'waiver':
      return command.mistake !== true;
    case 'plan-change':
      return false;
  }
}

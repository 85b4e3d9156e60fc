import { commandOf, SECOND_PERSON_NEEDED, type ProposedChange } from '@smartkey/contract-domain';
import { monthOf } from '@smartkey/calendar';
import { problemOf, written, type CommandContext, type Written } from '@smartkey/http';
import type { IdPrefix, Instant, Signatory } from '@smartkey/kernel';
import type { Contracts } from '../contracts/contracts.ts';
import type { Outcome } from '../contracts/outcome.ts';
import type { IssuedMonths } from '../issued-months/issued-months.ts';
import type { ProposalView } from './approval-view.ts';
import type { Approvals, Proposal } from './approvals.ts';

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

/**
 * Commands that may lower an issued month by agreement: carried out at once, or proposed where they may. The contract's own rules
 * say which, in the decision itself, so nothing slips through between the look and the act.
 */
export class TwoPersonCommands {
  constructor(
    private readonly contracts: Contracts,
    private readonly approvals: Approvals,
    private readonly issued: IssuedMonths,
  ) {}

  /**
   * @param answer of what was carried out at once.
   * @throws ProblemException where it is refused; PeerUnavailableError (503) where billing must be asked and does not say what it
   *   has issued.
   */
  async carryOut<Body>(
    id: string,
    context: CommandContext,
    signatory: Signatory,
    change: (newIdOf: (prefix: IdPrefix) => string) => ProposedChange,
    answer: (outcome: Outcome) => Written<Body>,
  ): Promise<Written<Body> | Written<ProposalView, 202>> {
    const before = await this.approvals.proposedBefore(context);
    if (before !== undefined) return proposalAnswer(before);
    const sample = change((prefix) => `${prefix}_`);
    const issued = mayTouchIssued(sample, this.contracts.now())
      ? await this.issued.asBillingHasThem(id)
      : await this.issued.of(id);
    let asked = sample;
    const result = await this.contracts.attempt(id, context, (moment, newIdOf) => {
      asked = change(newIdOf);
      return commandOf(asked, moment, issued);
    });
    if (result.ok) return answer(result.value);
    if (result.error.code !== SECOND_PERSON_NEEDED) throw problemOf(result.error);
    const wanted = { contract: id, change: asked, issued, signatory };
    return proposalAnswer(await this.approvals.propose(wanted, context));
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
  }
}

import type { ContractId } from '@smartkey/kernel';
import { touchedMonths, type ContractState } from '@smartkey/contract-domain';
import type { AffectedMonth } from '@smartkey/facts';
import type { ContractHandler, HandledContract } from '../log/contract-handler.ts';
import type { BillingKnowledge, IssuedOfContract } from '../issued-months/billing-knowledge.ts';

/** What an answer says beside its subject where the facts of a command lie in issued months. */
export interface Affecting {
  /** The issued and overtaken months that the facts lie in, whether or not a yen changes. Missing where they lie in none. */
  readonly affects?: readonly AffectedMonth[];
}

/** Late facts are never silent (Invoices): the answer of a command that touches an issued month names it. */
export class AffectedMonths {
  constructor(
    private readonly handler: ContractHandler,
    private readonly issued: BillingKnowledge,
  ) {}

  /** What is issued, looked at before a command: what cannot be said of it is no answer to one that has been carried out. */
  issuedBefore(contract: ContractId): Promise<IssuedOfContract> {
    return this.issued.of(contract);
  }

  /** What a command that was carried out has touched, also where it is a repeat of one that was. */
  async of(
    { id, state, revision, events }: HandledContract,
    issued: IssuedOfContract,
  ): Promise<readonly AffectedMonth[]> {
    const atRevision = revision - events.length;
    if (events.length === 0 || atRevision < 0 || state.stage !== 'accepted') return [];
    if (issued.months.length === 0) return [];
    const before = await this.handler.load(id, { atRevision });
    return before === undefined ? [] : affectedBetween(before.state, state, issued);
  }
}

/** What lies between two states of a contract. */
export const affectedBetween = (
  before: ContractState,
  after: ContractState,
  issued: IssuedOfContract,
): readonly AffectedMonth[] =>
  touchedMonths(before, after, issued).map((month) => ({
    month,
    number: issued.numbers.get(month) ?? null,
  }));

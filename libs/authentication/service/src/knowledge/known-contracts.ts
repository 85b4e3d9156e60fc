import type { ContractId } from '@smartkey/kernel';
import type { Database } from '@smartkey/database';
import {
  factsAfter,
  foldContractFacts,
  noContractFacts,
  withoutPricesAndPersons,
  type ContractFacts,
} from '@smartkey/facts';
import type { Owners } from './owners.ts';

export interface ContractMessage {
  readonly type: string;
  readonly revision: number;
  readonly data: unknown;
}

/** What is known here of contracts: whether one is in force (第6条), withheld (第5条3項), and whether it hides reasons. */
export class KnownContracts {
  constructor(
    private readonly database: Database,
    private readonly owners: Owners,
  ) {}

  /** What is known of one contract, asked for where nothing is. @throws PeerUnavailableError */
  async find(contract: ContractId): Promise<ContractFacts | undefined> {
    const known = await this.#known([contract]);
    if (known.has(contract) || !(await this.ask(contract))) return known.get(contract);
    return (await this.#known([contract])).get(contract);
  }

  /** Asks the contract service. @returns whether there is such a contract. @throws PeerUnavailableError */
  async ask(contract: ContractId): Promise<boolean> {
    const facts = await this.owners.contract(contract);
    if (facts === undefined) return false;
    await this.learn([facts]);
    return true;
  }

  /**
   * Takes in messages of contracts' streams, by the bus or told directly. Where messages before them are missing, the
   * contract is asked for whole.
   * @throws PeerUnavailableError
   */
  async hear(messages: ReadonlyMap<ContractId, readonly ContractMessage[]>): Promise<void> {
    if (messages.size === 0) return;
    const known = await this.#known([...messages.keys()]);
    const changed: ContractFacts[] = [];
    const gaps: ContractId[] = [];
    for (const [contract, heard] of messages) {
      const before = known.get(contract) ?? noContractFacts(contract);
      const facts = factsAfter(before, heard, foldContractFacts);
      if (facts === undefined) gaps.push(contract);
      else if (facts.revision > before.revision) changed.push(facts);
    }
    await this.learn(changed);
    for (const contract of gaps) await this.ask(contract);
  }

  /** Keeps facts that are newer than those at hand. */
  async learn(facts: readonly ContractFacts[]): Promise<void> {
    if (facts.length === 0) return;
    const ordered = [...facts].sort((a, b) => (a.contract < b.contract ? -1 : 1));
    await this.database.execute(
      `INSERT INTO contracts (contract, revision, facts)
       SELECT contract, revision, facts::jsonb FROM unnest($1::text[], $2::bigint[], $3::text[]) AS f (contract, revision, facts)
       ON CONFLICT (contract) DO UPDATE SET revision = excluded.revision, facts = excluded.facts
       WHERE contracts.revision < excluded.revision`,
      [
        ordered.map(({ contract }) => contract),
        ordered.map(({ revision }) => BigInt(revision)),
        ordered.map((one) => JSON.stringify(withoutPricesAndPersons(one))),
      ],
    );
  }

  async #known(contracts: readonly ContractId[]): Promise<ReadonlyMap<ContractId, ContractFacts>> {
    const rows = await this.database.query<{ contract: ContractId; facts: ContractFacts }>(
      'SELECT contract, facts FROM contracts WHERE contract = ANY($1::text[])',
      [contracts],
    );
    return new Map(rows.map(({ contract, facts }) => [contract, facts]));
  }
}

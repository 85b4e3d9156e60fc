import { idOfStream, type ContractId } from '@smartkey/kernel';
import type { Sql } from '@smartkey/database';
import type { Message } from '@smartkey/event-bus';
import { foldContractFacts, noContractFacts, type ContractFacts } from '@smartkey/facts';
import type { LateFold } from './late-fold.ts';

const STREAM = 'contract-';

/** Contracts' messages of a batch: kept as they are, and folded into the facts of each contract. */
export class ContractFold {
  readonly #messages = new Map<ContractId, Message[]>();

  constructor(private readonly late: LateFold) {}

  add(message: Message): void {
    if (!message.stream.startsWith(STREAM)) return;
    const contract = idOfStream('ctr', message.stream);
    const known = this.#messages.get(contract);
    if (known === undefined) this.#messages.set(contract, [message]);
    else known.push(message);
  }

  async write(tx: Sql): Promise<void> {
    if (this.#messages.size === 0) return;
    await this.#keepMessages(tx);
    const known = await tx.query<{ contract: ContractId; facts: ContractFacts }>(
      'select contract, facts from contract_facts where contract = any($1::text[])',
      [[...this.#messages.keys()]],
    );
    const before = new Map(known.map((row) => [row.contract, row.facts]));
    const after = [...this.#messages].map(([contract, messages]) =>
      this.#folded(before.get(contract) ?? noContractFacts(contract), messages),
    );
    await tx.execute(
      `insert into contract_facts (contract, revision, accepted_at, applied_position, facts)
       select contract, revision, accepted_at, applied_position, facts::jsonb
       from unnest($1::text[], $2::integer[], $3::timestamptz[], $4::bigint[], $5::text[])
         as folded (contract, revision, accepted_at, applied_position, facts)
       on conflict (contract) do update
       set revision = excluded.revision, facts = excluded.facts,
         accepted_at = coalesce(contract_facts.accepted_at, excluded.accepted_at),
         applied_position = coalesce(contract_facts.applied_position, excluded.applied_position)`,
      [
        after.map((facts) => facts.contract),
        after.map((facts) => facts.revision),
        after.map(({ contract }) => this.#first(contract, 'ContractAccepted')?.occurredAt ?? null),
        after.map(({ contract }) => this.#first(contract, 'ContractApplied')?.position ?? null),
        after.map((facts) => JSON.stringify(facts)),
      ],
    );
  }

  #folded(known: ContractFacts, messages: readonly Message[]): ContractFacts {
    let facts = known;
    for (const message of messages) {
      const after = foldContractFacts(facts, message);
      this.late.ofContract(message, facts, after);
      facts = after;
    }
    return facts;
  }

  #first(contract: ContractId, type: string): Message | undefined {
    return this.#messages.get(contract)?.find((message) => message.type === type);
  }

  async #keepMessages(tx: Sql): Promise<void> {
    const rows = [...this.#messages].flatMap(([contract, messages]) =>
      messages.map((message) => ({ contract, message })),
    );
    await tx.execute(
      `insert into contract_message (contract, revision, position, type, occurred_at, recorded_at, data, hash)
       select contract, revision, position, type, occurred_at, recorded_at, data::jsonb, decode(hash, 'hex')
       from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[])
         as told (contract, revision, position, type, occurred_at, recorded_at, data, hash)
       on conflict (contract, revision) do nothing`,
      [
        rows.map((row) => row.contract),
        rows.map((row) => row.message.revision),
        rows.map((row) => row.message.position),
        rows.map((row) => row.message.type),
        rows.map((row) => row.message.occurredAt),
        rows.map((row) => row.message.recordedAt),
        rows.map((row) => JSON.stringify(row.message.data)),
        rows.map((row) => row.message.hash ?? null),
      ],
    );
  }
}

import type { Database } from '@smartkey/database';
import type { LossFinding } from '@smartkey/event-store';
import { withoutPricesAndPersons } from '@smartkey/facts';
import type { ContractId } from '@smartkey/kernel';
import { pagesBehind } from '@smartkey/lifecycle';
import type { Owners } from '../knowledge/owners.ts';

const PAGE = 200;

/** The contract service's log lost its end: what is kept here of contracts is made equal to what it has. @throws PeerUnavailableError */
export async function equalContracts(database: Database, owners: Owners): Promise<readonly LossFinding[]> {
  const findings: LossFinding[] = [];
  const read = (after: string, size: number) =>
    database.query<{ contract: ContractId; revision: bigint }>(
      `SELECT contract, revision FROM contracts WHERE contract > $1 ORDER BY contract LIMIT $2::integer`,
      [after, size],
    );
  for await (const copies of pagesBehind({
    size: PAGE,
    from: '',
    read,
    placeOf: ({ contract }): string => contract,
  }))
    for (const { contract, revision } of copies) {
      const facts = await owners.contract(contract);
      // What somebody has told meanwhile is of after the loss, and stays.
      if (facts !== undefined)
        await database.execute(
          'UPDATE contracts SET revision = $3, facts = $4::jsonb WHERE contract = $1 AND revision = $2',
          [contract, revision, BigInt(facts.revision), JSON.stringify(withoutPricesAndPersons(facts))],
        );
      else if (
        (await database.execute('DELETE FROM contracts WHERE contract = $1 AND revision = $2', [
          contract,
          revision,
        ])) > 0
      )
        findings.push({
          kind: 'contract-gone',
          subject: contract,
          contract,
          detail: 'the contract service no longer has it; nobody signs in by it',
        });
    }
  return findings;
}

import type { Database } from '@smartkey/database';
import type { ContractId, PersonId } from '@smartkey/kernel';
import type { PeopleLog } from '../people/people-log.ts';

/** So many hear of one thing at most. */
const MOST = 50;

/** Who looks after the IDs of a contract. */
export class Managers {
  constructor(
    private readonly database: Database,
    private readonly people: PeopleLog,
  ) {}

  /** Those who may do something about it: of the contract, with the right *ids* or *administer*. */
  async of(contract: ContractId): Promise<readonly { readonly id: PersonId; readonly email: string }[]> {
    const rows = await this.database.query<{ id: PersonId }>(
      `SELECT id FROM people WHERE contract = $1 AND status = 'active' AND rights && ARRAY['ids', 'administer'] ORDER BY id LIMIT $2`,
      [contract, MOST],
    );
    const managers: { id: PersonId; email: string }[] = [];
    for (const { id } of rows) {
      const loaded = await this.people.load(id);
      if (loaded !== undefined) managers.push({ id, email: loaded.state.email });
    }
    return managers;
  }
}

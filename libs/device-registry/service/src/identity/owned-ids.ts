import { type Database, TableRows } from '@smartkey/database';
import type { AccountIds } from '@smartkey/device-registry-domain';

export const OWNED_IDS = new TableRows(
  'owned_ids',
  { id: 'text', account: 'text', contract: 'text' },
  { onConflict: 'skip' },
);

/** Whose a device or an enrolment is: written before its first event, so that its id alone leads to the account. */
export class OwnedIds {
  constructor(private readonly database: Database) {}

  async put(ids: readonly string[], { account, contract }: AccountIds): Promise<void> {
    await OWNED_IDS.insert(
      this.database,
      ids.map((id) => ({ id, account, contract })),
    );
  }

  async ownerOf(id: string): Promise<AccountIds | undefined> {
    const [owner] = await this.database.query<AccountIds>(
      'SELECT account, contract FROM owned_ids WHERE id = $1',
      [id],
    );
    return owner;
  }
}

import type { Database } from '@smartkey/database';
import type { AccountIds } from '@smartkey/device-registry-domain';

/** Whose a device or an enrolment is: written before its first event, so that its id alone leads to the account. */
export class OwnedIds {
  constructor(private readonly database: Database) {}

  async put(ids: readonly string[], { account, contract }: AccountIds): Promise<void> {
    await this.database.execute(
      `INSERT INTO owned_ids (id, account, contract) SELECT id, $2, $3 FROM unnest($1::text[]) AS id
       ON CONFLICT (id) DO NOTHING`,
      [ids, account, contract],
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

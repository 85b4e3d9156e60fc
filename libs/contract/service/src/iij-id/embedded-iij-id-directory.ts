import type { Database } from '@smartkey/database';
import type { Clock } from '@smartkey/kernel';
import type { IijIdDirectory } from './iij-id-directory.ts';

/**
 * The directory of the embedded default, kept by the operator. An IIJ ID contract that it was told nothing of counts as
 * active, so that the service can be tried; those in `SMARTKEY_IIJ_ID_INELIGIBLE` do not.
 */
export class EmbeddedIijIdDirectory implements IijIdDirectory {
  readonly source = 'embedded';
  readonly #ineligible: ReadonlySet<string>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    ineligible: readonly string[],
  ) {
    this.#ineligible = new Set(ineligible);
  }

  async activeAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ id: string; active: boolean }>(
      'select id, active from iij_id_contract where id = any($1::text[])',
      [ids],
    );
    const told = new Map(rows.map(({ id, active }) => [id, active]));
    return new Set(ids.filter((id) => told.get(id) ?? !this.#ineligible.has(id)));
  }

  async put(id: string, active: boolean): Promise<void> {
    await this.database.execute(
      `insert into iij_id_contract (id, active, changed_at) values ($1, $2, $3::timestamptz)
       on conflict (id) do update set active = excluded.active, changed_at = excluded.changed_at
       where iij_id_contract.active <> excluded.active`,
      [id, active, this.clock.now()],
    );
  }
}

import { ERASED } from '@smartkey/event-store';
import { externalIdDigest } from '@smartkey/secrets';
import type { ContractId, ImportId, Instant } from '@smartkey/kernel';
import type { StoredRow } from './import-records.ts';
import type { ImportStore } from './import-store.ts';

/** Takes people out of the files of imports: their rows stay, and say nothing of them. */
export class ImportErasure {
  constructor(
    private readonly store: ImportStore,
    private readonly lookupKey: Uint8Array,
  ) {}

  /** Whether a file that came by then is still arriving or being worked off. */
  isBusy(contract: ContractId, cameBy: Instant): Promise<boolean> {
    return this.store.isBusy(contract, cameBy);
  }

  /** Goes through all files that came by then. Safe to repeat. @param digests of the external ids that go. */
  async erase(contract: ContractId, cameBy: Instant, digests: ReadonlySet<string>): Promise<void> {
    const isErased = ({ externalId }: StoredRow): boolean =>
      digests.has(externalIdDigest(this.lookupKey, contract, externalId));
    for (const id of await this.store.completed(contract, cameBy)) await this.#eraseIn(id, isErased);
  }

  async #eraseIn(id: ImportId, isErased: (row: StoredRow) => boolean): Promise<void> {
    for await (const pack of this.store.rows.packs(id)) {
      const gone = pack.rows.filter(isErased);
      if (gone.length > 0) {
        const rows = new Set(gone.map(({ row }) => row));
        await this.store.rows.replacePack(
          id,
          pack,
          pack.rows.map((row) => (rows.has(row.row) ? namingNobody(row) : row)),
        );
      }
    }
  }
}

const namingNobody = ({ row, action, faultCode }: StoredRow): StoredRow => ({
  row,
  externalId: ERASED,
  displayName: null,
  // What is no action may be anything that stood there.
  action: faultCode === null ? action : '',
  faultCode,
  faultDetail: null,
});

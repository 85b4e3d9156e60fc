import type { Database } from '@smartkey/database';
import type { CredentialSecrets, SecretOwner } from '../totp/credential-secrets.ts';

const BATCH = 200;

export interface Rotated {
  /** Secrets sealed again with the current data key. */
  readonly resealed: number;
}

interface SealedRow extends SecretOwner {
  readonly sealed: string;
}

/**
 * Seals secrets again with the current data key, in batches, while the service goes on: reads accept every version of the
 * key, and a secret that changed or was erased meanwhile is left alone. Once it is done nothing needs the older versions.
 */
export class CredentialRotation {
  constructor(
    private readonly database: Database,
    private readonly secrets: CredentialSecrets,
  ) {}

  async resealAll(): Promise<Rotated> {
    const current = await this.secrets.currentSealPrefix();
    let resealed = 0;
    for (let after = ''; ;) {
      const rows = await this.database.query<SealedRow>(
        `SELECT device, account, contract, sealed FROM credentials
         WHERE device > $1 AND sealed IS NOT NULL AND NOT starts_with(sealed, $2) ORDER BY device LIMIT ${BATCH}`,
        [after, current],
      );
      for (const row of rows) resealed += await this.#reseal(row);
      if (rows.length < BATCH) return { resealed };
      after = rows.at(-1)!.device;
    }
  }

  async #reseal(row: SealedRow): Promise<number> {
    const secret = await this.secrets.open(row);
    try {
      return await this.database.execute(
        'UPDATE credentials SET sealed = $3 WHERE device = $1 AND sealed = $2',
        [row.device, row.sealed, await this.secrets.seal(secret, row)],
      );
    } finally {
      secret.fill(0);
    }
  }
}

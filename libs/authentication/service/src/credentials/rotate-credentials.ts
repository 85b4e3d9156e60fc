import { pagesBehind } from '@smartkey/lifecycle';
import type { CredentialIds } from '@smartkey/authentication-domain';
import type { Database } from '@smartkey/database';
import { SealBrokenError, UnknownKeyError } from '@smartkey/secrets';
import type { CredentialSecrets } from '../totp/credential-secrets.ts';

const BATCH = 200;

export interface Rotated {
  /** Secrets sealed again with the current data key. */
  readonly resealed: number;
  /** Secrets that do not open: altered, moved to another row, or without key. They are left as they are. */
  readonly broken: readonly string[];
}

interface SealedRow extends CredentialIds {
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
    const broken: string[] = [];
    let resealed = 0;
    const read = (after: string, limit: number): Promise<readonly SealedRow[]> =>
      this.database.query<SealedRow>(
        `SELECT device, account, contract, sealed FROM credentials
         WHERE device > $1 AND sealed IS NOT NULL AND NOT starts_with(sealed, $2) ORDER BY device LIMIT $3`,
        [after, current, limit],
      );
    for await (const rows of pagesBehind({
      size: BATCH,
      from: '',
      read,
      placeOf: ({ device }): string => device,
    }))
      for (const row of rows) {
        const changed = await this.#reseal(row);
        if (changed === undefined) broken.push(row.device);
        else resealed += changed;
      }
    return { resealed, broken };
  }

  /** @returns `undefined` where the secret does not open. */
  async #reseal(row: SealedRow): Promise<number | undefined> {
    const secret = await this.#open(row);
    if (secret === undefined) return undefined;
    try {
      const parameters = [row.device, row.sealed, await this.secrets.seal(secret, row)];
      return await this.database.execute(
        'UPDATE credentials SET sealed = $3 WHERE device = $1 AND sealed = $2',
        parameters,
      );
    } finally {
      secret.fill(0);
    }
  }

  async #open(row: SealedRow): Promise<Uint8Array | undefined> {
    try {
      return await this.secrets.open(row);
    } catch (error) {
      if (error instanceof SealBrokenError || error instanceof UnknownKeyError) return undefined;
      throw error;
    }
  }
}

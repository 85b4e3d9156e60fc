import { randomBytes } from 'node:crypto';
import type { Database } from '@smartkey/database';
import type { SecretBox } from '@smartkey/secrets';

const NAME = 'fingerprint-key';
export const FINGERPRINT_KEY_CONTEXT = 'gateway fingerprint key';

/** The key of request fingerprints, made once and kept sealed: a fingerprint must mean the same after a restart. */
export async function openFingerprintKey(database: Database, secretBox: SecretBox): Promise<Uint8Array> {
  const sealed = await secretBox.seal(randomBytes(32), FINGERPRINT_KEY_CONTEXT);
  await database.execute(
    'INSERT INTO settings (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING',
    [NAME, sealed],
  );
  const [row] = await database.query<{ sealed: string }>('SELECT sealed FROM settings WHERE name = $1', [
    NAME,
  ]);
  return secretBox.open(row!.sealed, FINGERPRINT_KEY_CONTEXT);
}

import { createHash, hkdfSync } from 'node:crypto';
import { ConfigurationError, setting, wholeNumber, type Environment } from '@smartkey/configuration';
import { isOrigin } from '../note/note-key.ts';

const MINUTE = 60_000;
const SEED_BYTES = 32;

/** How the logs of a system are signed. */
export interface CheckpointSettings {
  /** What stands before the service in the name of a log: tells one installation from another for good. */
  readonly system: string;
  /** Where signed checkpoints are kept outside the databases; missing: nothing is signed. */
  readonly folder: string | undefined;
  readonly periodMillis: number;
  /** What the keys derive from that sign; not in any database. */
  readonly secret: Uint8Array;
}

/**
 * `SMARTKEY_SYSTEM_NAME`, `SMARTKEY_CHECKPOINT_DIR`, `SMARTKEY_CHECKPOINT_MINUTES`.
 * @param folder where none is named.
 * @param secret shared by all processes of a system, never rotated.
 * @throws ConfigurationError
 */
export function checkpointSettings(
  env: Environment,
  { folder, secret }: { readonly folder?: string; readonly secret: Uint8Array },
): CheckpointSettings {
  const system = setting(env, 'SMARTKEY_SYSTEM_NAME') ?? systemNameOf(secret);
  if (!isOrigin(originOf(system, 'device-registry')))
    throw new ConfigurationError(
      'SMARTKEY_SYSTEM_NAME',
      `must be a name as of a host, in lower case, such as smartkey.example.jp, not "${system}"`,
    );
  return {
    system,
    folder: setting(env, 'SMARTKEY_CHECKPOINT_DIR') ?? folder,
    periodMillis: wholeNumber(env, 'SMARTKEY_CHECKPOINT_MINUTES', 60, { least: 1, most: 1_440 }) * MINUTE,
    secret,
  };
}

/** Two installations have two names, and all processes of one the same, though nobody named it. */
const systemNameOf = (secret: Uint8Array): string =>
  `smartkey-${createHash('sha256').update('smartkey/system-name\n').update(secret).digest('hex').slice(0, 12)}.local`;

export const originOf = (system: string, service: string): string => `${system}/${service}`;

/** 32 secret bytes for the key of one log. */
export const seedOf = (secret: Uint8Array, origin: string): Uint8Array =>
  new Uint8Array(
    hkdfSync('sha256', secret, new Uint8Array(), `smartkey/checkpoint-key\n${origin}`, SEED_BYTES),
  );

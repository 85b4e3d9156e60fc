import { ConfigurationError, setting, wholeNumber, type Environment } from '@smartkey/configuration';
import { logKey, systemIdOf, type LogKeys } from '@smartkey/secrets';
import { COSIGNATURE } from '../note/cosignature.ts';
import { NoteError } from '../note/note-error.ts';
import { originOf, restoredOrigin } from './origins.ts';
import { isOrigin, noteSigner, parseVerifier, verifierText, type NoteVerifier } from '../note/note-key.ts';

const MINUTE = 60_000;

/** How the logs of a system are signed. */
export interface CheckpointSettings {
  /** What stands before the service in the name of a log: tells one installation from another for good. */
  readonly system: string;
  /** Where signed checkpoints are kept outside the databases; missing: nothing is signed. */
  readonly folder: string | undefined;
  readonly periodMillis: number;
  /** What the keys derive from that sign; not in any database. */
  readonly secret: Uint8Array;
  /** Keys of logs that took the place of their first ones, as they are now; missing: none were made. */
  readonly logKeys?: (() => Promise<LogKeys>) | undefined;
  /** Who outside sees each checkpoint; missing: nobody. */
  readonly witness?: WitnessSettings | undefined;
}

/** A witness (C2SP tlog-witness), as the system knows it. */
export interface WitnessSettings {
  readonly url: string;
  readonly key: NoteVerifier;
}

/**
 * `SMARTKEY_SYSTEM_NAME`, `SMARTKEY_CHECKPOINT_DIR`, `SMARTKEY_CHECKPOINT_MINUTES`, `SMARTKEY_WITNESS_URL`, `SMARTKEY_WITNESS_KEY`.
 * @param folder where none is named.
 * @param secret the lookup key of the system; a rotation keeps what derives from it here.
 * @throws ConfigurationError
 */
export function checkpointSettings(
  env: Environment,
  { folder, secret, logKeys }: Pick<CheckpointSettings, 'secret' | 'logKeys'> & { readonly folder?: string },
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
    logKeys,
    witness: witnessIn(env),
  };
}

/** @throws ConfigurationError */
function witnessIn(env: Environment): WitnessSettings | undefined {
  const url = setting(env, 'SMARTKEY_WITNESS_URL');
  const text = setting(env, 'SMARTKEY_WITNESS_KEY');
  if (url === undefined && text === undefined) return undefined;
  if (url === undefined || !/^https?:\/\/[^\s?#]+$/.test(url))
    throw new ConfigurationError('SMARTKEY_WITNESS_URL', 'must be the address of the witness, http or https');
  try {
    const key = parseVerifier(text ?? '');
    if (key.type !== COSIGNATURE) throw new NoteError('key-unreadable', 'it is no key of a witness');
    return { url: url.replace(/\/$/, ''), key };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new ConfigurationError(
      'SMARTKEY_WITNESS_KEY',
      `must be the public key that the witness shows, as C2SP signed-note writes it: ${error.message}`,
    );
  }
}

/** Two installations have two names, and all processes of one the same, though nobody named it. */
const systemNameOf = (secret: Uint8Array): string => `smartkey-${systemIdOf(secret)}.local`;

/** 32 secret bytes for the key of one log. */
export const seedOf = (secret: Uint8Array, origin: string): Uint8Array => logKey(secret, origin);

/**
 * The public keys of a service's log whose secrets are at hand, as C2SP signed-note writes them: what a witness is told.
 * @param incarnation of the name that a loss gave the log or would give it, from 2; missing: the first name.
 */
export async function logKeysKnown(
  { system, secret, logKeys }: CheckpointSettings,
  service: string,
  incarnation = 1,
): Promise<readonly string[]> {
  const first = originOf(system, service);
  const origin = incarnation === 1 ? first : restoredOrigin(first, incarnation);
  const seeds = [...((await logKeys?.())?.get(origin) ?? []), seedOf(secret, origin)];
  return seeds.map((seed) => verifierText(noteSigner(origin, seed).verifier));
}

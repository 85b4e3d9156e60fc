import { join } from 'node:path';
import { existingKeyFile, keysOfFile, makeKeyFile, readKeyFile } from './key-file.ts';
import { KeyRing } from './key-ring.ts';
import { logKeysOf, type LogKeys } from './log-keys.ts';
import { lookupKeyOf } from './lookup-rotation.ts';
import { KEY_BYTES } from './sealed-text.ts';
import { KeyMaterialError, type DataKey } from './secrets.port.ts';

/** The keys that a process starts with. */
export interface KeyMaterial {
  readonly keyEncryption: KeyRing;
  /** What digests of external ids derive from; the same for all services. `keys rotate-lookup` changes it together with them. */
  readonly lookupKey: Uint8Array;
  /** What services show one another on internal routes. */
  readonly internalToken: string;
  /** Keys of logs that took the place of their first ones, which derive from the lookup key; missing: none were made. */
  readonly logKeys?: () => Promise<LogKeys>;
  /** Where the keys came from, for messages: `key file data/keys.json`. */
  readonly source: string;
}

export interface KeyMaterialOptions {
  /** The data folder; its `keys.json` is the key file where `SMARTKEY_KEY_FILE` names no other. */
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a missing key file is made (default). Say false where data exist: fresh keys would open none of them. */
  readonly create?: boolean;
}

const VARIABLES = ['SMARTKEY_ENCRYPTION_KEYS', 'SMARTKEY_LOOKUP_KEY', 'SMARTKEY_INTERNAL_TOKEN'] as const;

export const keyFilePath = ({ dataDir, env }: Pick<KeyMaterialOptions, 'dataDir' | 'env'>): string =>
  env['SMARTKEY_KEY_FILE'] || join(dataDir, 'keys.json');

/** Whether the environment holds keys itself, and no file is looked for. */
export const keysAreGiven = (env: KeyMaterialOptions['env']): boolean => VARIABLES.some((name) => env[name]);

/**
 * The keys from the environment (`SMARTKEY_ENCRYPTION_KEYS`, `SMARTKEY_LOOKUP_KEY`, `SMARTKEY_INTERNAL_TOKEN`: all three),
 * else from the key file, which is made at first start.
 * @throws KeyMaterialError naming the variable or the file.
 */
export async function openKeyMaterial(options: KeyMaterialOptions): Promise<KeyMaterial> {
  return keysAreGiven(options.env) ? fromEnvironment(options.env) : fromFile(options);
}

/** The key-encryption keys of a key file alone, also while the lookup key in it is being rotated. @throws KeyMaterialError */
export async function readKeyRing(path: string): Promise<Pick<KeyMaterial, 'keyEncryption' | 'source'>> {
  const file = await existingKeyFile(path);
  return { keyEncryption: new KeyRing(keysOfFile(file)), source: `key file ${path}` };
}

async function fromFile(options: KeyMaterialOptions): Promise<KeyMaterial> {
  const path = keyFilePath(options);
  let file = await readKeyFile(path);
  if (file === undefined && options.create === false)
    throw new KeyMaterialError(
      `there is no key file ${path}, but there are data that were sealed with one: ` +
        `put it back, or name it in SMARTKEY_KEY_FILE`,
    );
  file ??= await makeKeyFile(path);
  if (file.lookupRotation !== undefined)
    throw new KeyMaterialError(
      `the rotation of the lookup key in ${path} is not at its end: npm run cli -- keys rotate-lookup goes on with it`,
    );
  return {
    keyEncryption: new KeyRing(keysOfFile(file)),
    lookupKey: lookupKeyOf(file),
    internalToken: file.internalToken,
    logKeys: logKeysOf(options.env, path),
    source: `key file ${path}`,
  };
}

function fromEnvironment(env: KeyMaterialOptions['env']): KeyMaterial {
  const [missing] = VARIABLES.filter((name) => !env[name]);
  if (missing !== undefined)
    throw new KeyMaterialError(`${missing} is missing: keys come from ${VARIABLES.join(', ')} together`);
  const [keys, lookupKey, internalToken] = VARIABLES.map((name) => env[name]!) as [string, string, string];
  if (internalToken.length < 32)
    throw new KeyMaterialError('SMARTKEY_INTERNAL_TOKEN is shorter than 32 characters');
  const [current = '', ...older] = keys.split(',');
  const ringKey = (key: string): DataKey => keyOf('SMARTKEY_ENCRYPTION_KEYS', key);
  return {
    keyEncryption: new KeyRing([ringKey(current), ...older.map(ringKey)]),
    lookupKey: keyOf('SMARTKEY_LOOKUP_KEY', lookupKey),
    internalToken,
    logKeys: logKeysOf(env, undefined),
    source: 'SMARTKEY_ENCRYPTION_KEYS',
  };
}

/** Base64 or base64url of exactly 32 bytes. */
function keyOf(variable: string, text: string): DataKey {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES || !/^[0-9A-Za-z+/_-]+={0,2}$/.test(text.trim()))
    throw new KeyMaterialError(
      `${variable} is not base64 of 32 bytes (make one with: openssl rand -base64 32)`,
    );
  return key;
}

import { randomBytes } from 'node:crypto';
import { link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, syncFolder } from '@smartkey/files';
import { codeOf } from '@smartkey/lifecycle';
import { keyVersionOf } from './key-ring.ts';
import { KEY_BYTES } from './sealed-text.ts';
import { KeyMaterialError, type DataKey } from './secrets.port.ts';

/** What the key file holds. Keys are base64url; the first of `keys` is the current key-encryption key. */
export interface KeyFile {
  readonly format: 'smartkey-keys/1';
  readonly keys: readonly [string, ...string[]];
  readonly lookupKey: string;
  /** How often the lookup key was rotated, and once more; missing: never. */
  readonly lookupVersion?: number;
  /** Keys that derived from a former lookup key, by what they are for. */
  readonly keptKeys?: Readonly<Record<string, string>>;
  /** The rotation of the lookup key that is under way: what comes in its place, and which keys are kept. */
  readonly lookupRotation?: Pick<KeyFile, 'lookupKey' | 'keptKeys'>;
  /** Seeds that logs are signed with in the place of their first keys, by the name of the log; the newest first. */
  readonly logKeys?: Readonly<Record<string, readonly string[]>>;
  readonly internalToken: string;
}

export const newKey = (): string => randomBytes(KEY_BYTES).toString('base64url');

/**
 * Reads the key file.
 * @returns `undefined` where there is none.
 * @throws KeyMaterialError where others than its owner may read it, or where it is no key file.
 */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new KeyMaterialError(`the key file ${path} cannot be read: ${codeOf(error)}`, {
      cause: error,
    });
  });
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new KeyMaterialError(
        `the key file ${path} is open to others than its owner (mode ${(mode & 0o777).toString(8)}); ` +
          `it holds the keys to every secret: chmod 600 it, and rotate the keys if others could have read it`,
      );
    return parse(path, await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

function parse(path: string, text: string): KeyFile {
  let content: Partial<KeyFile>;
  try {
    content = JSON.parse(text) as Partial<KeyFile>;
  } catch (cause) {
    throw new KeyMaterialError(`the key file ${path} is not JSON`, { cause });
  }
  const { format, keys, lookupKey, internalToken, keptKeys = {}, logKeys = {}, lookupRotation } = content;
  if (
    format !== 'smartkey-keys/1' ||
    !Array.isArray(keys) ||
    keys.length === 0 ||
    ![
      ...(keys as unknown[]),
      lookupKey,
      internalToken,
      ...keptIn(keptKeys),
      ...keptIn(logKeys).flatMap((seeds) => (Array.isArray(seeds) ? (seeds as unknown[]) : [undefined])),
      ...(lookupRotation === undefined ? [] : [lookupRotation.lookupKey, ...keptIn(lookupRotation.keptKeys)]),
    ].every((key) => typeof key === 'string' && Buffer.from(key, 'base64url').length === KEY_BYTES)
  )
    throw new KeyMaterialError(`the key file ${path} has not the form smartkey-keys/1`);
  return content as KeyFile;
}

/** What is no record of keys is no key either. */
const keptIn = (kept: unknown): readonly unknown[] =>
  typeof kept === 'object' && kept !== null ? Object.values(kept) : [undefined];

/** Makes the key file with fresh keys, mode 0600. Where another process was faster, its file is the one. */
export async function makeKeyFile(path: string): Promise<KeyFile> {
  const made: KeyFile = {
    format: 'smartkey-keys/1',
    keys: [newKey()],
    lookupKey: newKey(),
    internalToken: newKey(),
  };
  await makeFolder(dirname(path), 0o700);
  const temporary = await writeTemporary(path, made);
  try {
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(path));
  return (await readKeyFile(path))!;
}

/** Puts a fresh key-encryption key in front; the older ones stay for reading. @returns its version. */
export async function addKeyToFile(path: string): Promise<string> {
  const file = await existingKeyFile(path);
  const key = newKey();
  await replaceKeyFile(path, { ...file, keys: [key, ...file.keys] });
  return keyVersionOf(Buffer.from(key, 'base64url'));
}

/** Drops the older key-encryption keys that nothing uses. @returns the versions dropped. */
export async function dropKeysFromFile(path: string, inUse: ReadonlySet<string>): Promise<readonly string[]> {
  const file = await existingKeyFile(path);
  const [current, ...older] = file.keys;
  const versionOf = (key: string): string => keyVersionOf(Buffer.from(key, 'base64url'));
  const dropped = older.map(versionOf).filter((version) => !inUse.has(version));
  if (dropped.length > 0)
    await replaceKeyFile(path, {
      ...file,
      keys: [current, ...older.filter((key) => inUse.has(versionOf(key)))],
    });
  return dropped;
}

export function keysOfFile({ keys: [current, ...older] }: KeyFile): [DataKey, ...DataKey[]] {
  const bytesOf = (key: string): DataKey => Buffer.from(key, 'base64url');
  return [bytesOf(current), ...older.map(bytesOf)];
}

export async function existingKeyFile(path: string): Promise<KeyFile> {
  const file = await readKeyFile(path);
  if (file === undefined) throw new KeyMaterialError(`there is no key file ${path}`);
  return file;
}

export async function replaceKeyFile(path: string, content: KeyFile): Promise<void> {
  await rename(await writeTemporary(path, content), path);
  await syncFolder(dirname(path));
}

/** Written whole and to the disk before it gets its name: a crash leaves the old file or the new one. */
async function writeTemporary(path: string, content: KeyFile): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return temporary;
}

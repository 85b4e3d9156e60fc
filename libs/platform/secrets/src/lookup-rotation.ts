import { keepDerived } from './derived-key.ts';
import { existingKeyFile, newKey, replaceKeyFile, type KeyFile } from './key-file.ts';
import { keysToKeep } from './lookup-purposes.ts';

/** Both lookup keys while one takes the place of the other. */
export interface LookupRotation {
  readonly former: Uint8Array;
  readonly next: Uint8Array;
  /** Of the next one; the first key of a system is 1. */
  readonly version: number;
  /** It was begun before, by a program that ended. */
  readonly goesOn: boolean;
}

const bytesOf = (key: string): Uint8Array => Buffer.from(key, 'base64url');

/** A lookup key of a key file, which knows what was kept of those before it. */
export function lookupKeyOf({
  lookupKey,
  keptKeys = {},
}: Pick<KeyFile, 'lookupKey' | 'keptKeys'>): Uint8Array {
  const key = bytesOf(lookupKey);
  keepDerived(key, new Map(Object.entries(keptKeys).map(([info, kept]) => [info, bytesOf(kept)])));
  return key;
}

/**
 * Puts the next lookup key into the key file, beside the former one: until the rotation ends nothing starts with this file. One that was begun before
 * goes on with its own key.
 * @param needed of which contracts and logs keys are kept.
 * @throws KeyMaterialError
 */
export async function beginLookupRotation(
  path: string,
  needed: Parameters<typeof keysToKeep>[1],
): Promise<LookupRotation> {
  const file = await existingKeyFile(path);
  const goesOn = file.lookupRotation !== undefined;
  const former = lookupKeyOf(file);
  const keptKeys = Object.fromEntries(
    [...keysToKeep(former, needed)].map(([info, key]) => [info, Buffer.from(key).toString('base64url')]),
  );
  // What was kept before is kept on, also of a contract that nobody names now.
  const rotation = {
    lookupKey: file.lookupRotation?.lookupKey ?? newKey(),
    keptKeys: { ...file.keptKeys, ...keptKeys },
  };
  await replaceKeyFile(path, { ...file, lookupRotation: rotation });
  return { former, next: lookupKeyOf(rotation), version: (file.lookupVersion ?? 1) + 1, goesOn };
}

/** The next lookup key is the one; the former is nowhere in the file any more. */
export async function endLookupRotation(path: string): Promise<void> {
  const { lookupRotation, ...file } = await existingKeyFile(path);
  if (lookupRotation === undefined) return;
  await replaceKeyFile(path, { ...file, ...lookupRotation, lookupVersion: (file.lookupVersion ?? 1) + 1 });
}

import { createHash } from 'node:crypto';
import { derivedKey, keptKey } from './derived-key.ts';

/**
 * All that keys follow from the lookup key for, and no other file derives one. External ids are looked up by keys that change when the lookup key is
 * rotated; the keys for everything else are kept then, for what they made lies in logs, on documents and in readers' policies.
 */
const SYSTEM_PURPOSES = [
  'people/email',
  'people/provider-account',
  'people/visitor',
  'people/challenge',
  'end-users/told-number',
  'end-users/link-number',
  'end-users/recovery-code',
] as const;
export type SystemPurpose = (typeof SYSTEM_PURPOSES)[number];

const CONTRACT_PURPOSES = ['shared-text', 'client-address'] as const;
export type ContractPurpose = (typeof CONTRACT_PURPOSES)[number];

const SYSTEM_NAME = 'smartkey/system-name';

const infoOfContract = (purpose: ContractPurpose | 'external-id', contract: string): string =>
  `smartkey/${purpose}/${contract}`;
const infoOfLog = (origin: string): string => `smartkey/checkpoint-key\n${origin}`;

export const systemKey = (lookupKey: Uint8Array, purpose: SystemPurpose): Uint8Array =>
  derivedKey(lookupKey, `smartkey/${purpose}`);

export const contractKey = (
  lookupKey: Uint8Array,
  purpose: ContractPurpose | 'external-id',
  contract: string,
): Uint8Array => derivedKey(lookupKey, infoOfContract(purpose, contract));

/** What the key derives from that signs the checkpoints of a log. @param origin its name. */
export const logKey = (lookupKey: Uint8Array, origin: string): Uint8Array =>
  derivedKey(lookupKey, infoOfLog(origin));

/** Hex: tells one installation from another, though nobody named it. */
export const systemDigest = (lookupKey: Uint8Array): string =>
  Buffer.from(
    keptKey(lookupKey, SYSTEM_NAME) ??
      createHash('sha256').update('smartkey/system-name\n').update(lookupKey).digest(),
  ).toString('hex');

/** Which installation this is: 12 hex digits, the same in all processes of one and for good; no secret. */
export const systemIdOf = (lookupKey: Uint8Array): string => systemDigest(lookupKey).slice(0, 12);

/** Tells whether data were made with a lookup key, and nothing of it. */
export const lookupKeyProof = (lookupKey: Uint8Array): string =>
  Buffer.from(derivedKey(lookupKey, 'smartkey/lookup-key-proof')).toString('base64url');

/** Every key that goes on being needed when the lookup key goes, by what it is for. */
export function keysToKeep(
  lookupKey: Uint8Array,
  { contracts, origins }: { readonly contracts: Iterable<string>; readonly origins: Iterable<string> },
): ReadonlyMap<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>();
  const keep = (info: string): void => void keys.set(info, derivedKey(lookupKey, info));
  keys.set(SYSTEM_NAME, Buffer.from(systemDigest(lookupKey), 'hex'));
  for (const purpose of SYSTEM_PURPOSES) keep(`smartkey/${purpose}`);
  for (const origin of origins) keep(infoOfLog(origin));
  for (const contract of contracts)
    for (const purpose of CONTRACT_PURPOSES) keep(infoOfContract(purpose, contract));
  return keys;
}

import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { NoteError } from './note-error.ts';

/** What a signature is (C2SP signed-note): Ed25519 of the text, or of the text and a time. */
export const ED25519 = 0x01;

const ID_BYTES = 4;
const RAW_BYTES = 32;
/** What stands before an Ed25519 seed (RFC 8410: PKCS #8) and before a public key (SubjectPublicKeyInfo). */
const SEED_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Origins and key names: lower-case names of hosts, with at least one part behind a slash. */
const ORIGIN = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)+$/;
const MOST_CHARACTERS = 255;

export const isOrigin = (text: string): boolean => text.length <= MOST_CHARACTERS && ORIGIN.test(text);

/** The public half of a key that signs notes. */
export interface NoteVerifier {
  /** Of a log: its origin. */
  readonly name: string;
  /** 4 bytes, in hex: tells keys of one name apart. */
  readonly id: string;
  readonly type: number;
  readonly key: KeyObject;
}

/** A key that signs notes. */
export interface NoteSigner {
  readonly verifier: NoteVerifier;
  /** 64 bytes. */
  sign(text: string): Uint8Array;
}

const rawOf = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url');

const idOf = (name: string, type: number, raw: Uint8Array): string =>
  createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(type))
    .update(raw)
    .digest()
    .subarray(0, ID_BYTES)
    .toString('hex');

/** A key of a type: its public half, and what signs with the secret one. @param seed 32 secret bytes. */
export function noteKey(
  name: string,
  type: number,
  seed: Uint8Array,
): { readonly verifier: NoteVerifier; readonly sign: (bytes: Uint8Array) => Uint8Array } {
  const key = createPrivateKey({ key: Buffer.concat([SEED_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const open = createPublicKey(key);
  return {
    verifier: { name, type, id: idOf(name, type, rawOf(open)), key: open },
    sign: (bytes) => sign(null, bytes, key),
  };
}

/** @param seed 32 secret bytes. */
export function noteSigner(name: string, seed: Uint8Array): NoteSigner {
  const { verifier, sign: signBytes } = noteKey(name, ED25519, seed);
  return { verifier, sign: (text) => signBytes(Buffer.from(text)) };
}

/** `<name>+<id>+<base64 of type and public key>`, as C2SP signed-note writes it. */
export const verifierText = ({ name, id, type, key }: NoteVerifier): string =>
  `${name}+${id}+${Buffer.concat([Uint8Array.of(type), rawOf(key)]).toString('base64')}`;

/** @throws NoteError for what is no key of Ed25519. */
export function parseVerifier(text: string): NoteVerifier {
  const [name = '', id = '', ...rest] = text.split('+');
  const bytes = Buffer.from(rest.join('+'), 'base64');
  const type = bytes[0];
  if (!isOrigin(name) || type === undefined || bytes.length !== RAW_BYTES + 1)
    throw new NoteError('key-unreadable', 'that is no public key of Ed25519');
  const raw = bytes.subarray(1);
  if (bytes.toString('base64') !== rest.join('+') || id !== idOf(name, type, raw))
    throw new NoteError('key-unreadable', 'the id of the key is not that of its bytes');
  return {
    name,
    id,
    type,
    key: createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, raw]), format: 'der', type: 'spki' }),
  };
}

import { hash } from 'node:crypto';

/** 32 bytes. */
export type Hash = Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** In one call: there is a leaf for each input of a document, and an object for each hash costs more than the hashing. */
const sha256 = (bytes: Uint8Array | string): Hash => hash('sha256', bytes, 'buffer');

/** Of a leaf (RFC 6962, 2.1): SHA-256 over a zero byte and its bytes. */
export const leafHash = (bytes: Uint8Array | string): Hash =>
  sha256(typeof bytes === 'string' ? `\u0000${bytes}` : Buffer.concat([LEAF, bytes]));

export const HASH_BYTES = 32;
/** The two nodes that are being hashed, behind their mark: nothing waits in between. */
const PAIR = Buffer.alloc(1 + 2 * HASH_BYTES);
PAIR.set(NODE);

/** Of what stands over two nodes (RFC 6962, 2.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  // What is no hash comes from outside, and is nobody's node.
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES)
    return sha256(Buffer.concat([NODE, left, right]));
  PAIR.set(left, 1);
  PAIR.set(right, 1 + HASH_BYTES);
  return sha256(PAIR);
}

/** The root of the tree without leaves: the hash of nothing. */
export const EMPTY_ROOT: Hash = sha256('');

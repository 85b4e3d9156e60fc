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

/** Of what stands over two nodes (RFC 6962, 2.1). */
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(Buffer.concat([NODE, left, right]));

/** The root of the tree without leaves: the hash of nothing. */
export const EMPTY_ROOT: Hash = sha256('');

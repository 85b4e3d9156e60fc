import { createHash } from 'node:crypto';

/** 32 bytes. */
export type Hash = Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** Of a leaf (RFC 6962, 2.1): SHA-256 over a zero byte and its bytes. */
export const leafHash = (bytes: Uint8Array | string): Hash =>
  createHash('sha256').update(LEAF).update(bytes).digest();

/** Of what stands over two nodes (RFC 6962, 2.1). */
export const nodeHash = (left: Hash, right: Hash): Hash =>
  createHash('sha256').update(NODE).update(left).update(right).digest();

/** The root of the tree without leaves: the hash of nothing. */
export const EMPTY_ROOT: Hash = createHash('sha256').digest();

import { createHash, createHmac, type Hmac } from 'node:crypto';
import { canonicalJson } from '@smartkey/event-store';

/** What tells one repeatable request from another. */
export interface RequestScope {
  readonly key: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly idempotencyKey: string;
}

/** SHA-256 over the scope's parts: the row's key. */
export const scopeDigest = ({ key, method, path, idempotencyKey }: RequestScope): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([key, method, path, idempotencyKey]))
    .digest();

/**
 * Fingerprints requests under a key of ours: a plain hash of a body with a 6-digit code could be reversed by trying all.
 */
export class Fingerprints {
  constructor(private readonly key: Uint8Array) {}

  /** Of a JSON request: however its members are ordered and spaced. */
  ofJson(query: string, body: unknown): Buffer {
    return this.begin(query)
      .update(body === undefined ? '' : canonicalJson(body))
      .digest();
  }

  /** Of a request whose body goes by as a stream: update it with the bytes. */
  begin(query: string): Hmac {
    return createHmac('sha256', this.key).update(`${query}\n`);
  }
}

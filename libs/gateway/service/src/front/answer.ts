import type { Readable } from 'node:stream';

/** What an owner answers: whole where it is short, else a stream. */
export interface Answer<Body extends Buffer | Readable = Buffer | Readable> {
  readonly status: number;
  /** Lower-case names, without hop-by-hop and internal ones. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** Bytes of the body, where they were told and are not known from it: of a stream, and of the answer to HEAD. */
  readonly length?: number;
  /** The body carries a secret: a stored copy must be sealed. */
  readonly secret: boolean;
}

/** A stream read to its end, up to `limit` bytes. @returns undefined where there is more. */
export async function readWhole(body: Buffer | Readable, limit: number): Promise<Buffer | undefined> {
  if (Buffer.isBuffer(body)) return body.length <= limit ? body : undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

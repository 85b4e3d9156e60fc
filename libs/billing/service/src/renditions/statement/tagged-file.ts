import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { createHash } from 'node:crypto';

/**
 * A file that is written anew for each reader, with the hash of its bytes as its ETag: what an erasure took out of it is another file. It is held
 * whole meanwhile, so it must be small.
 */
export async function taggedFile(file: StreamableFile, reply: FastifyReply): Promise<StreamableFile> {
  const parts: Buffer[] = [];
  for await (const part of file.getStream()) parts.push(Buffer.from(part as Uint8Array));
  const bytes = Buffer.concat(parts);
  const { type, disposition = [] } = file.getHeaders();
  void reply.header('etag', `"${createHash('sha256').update(bytes).digest('hex')}"`);
  return new StreamableFile(bytes, { type, disposition });
}

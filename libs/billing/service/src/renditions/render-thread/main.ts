import { MissingCharactersError, renderPdf, renderStatement } from '@smartkey/billing-renditions';
import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import type { Done, Job } from './jobs.ts';

/** The thread that sets pages: one job after another. What it does takes longer than a turn of a service may. */
async function done(job: Job): Promise<Done> {
  const { id } = job;
  try {
    return { id, content: await contentOf(job) };
  } catch (error) {
    if (error instanceof MissingCharactersError)
      return { id, missing: error.missing.map(({ field, codePoint }) => ({ field, codePoint })) };
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function contentOf(job: Job): Promise<Buffer> {
  const { printable } = job;
  if (job.kind === 'document') {
    const { jpPint } = job;
    const xml = jpPint && Buffer.from(jpPint.buffer, jpPint.byteOffset, jpPint.byteLength);
    return renderPdf(printable, xml && { xml });
  }
  const parts: Buffer[] = [];
  const limit = { maxAccounts: job.rows.length };
  for await (const part of renderStatement(printable, Readable.from(job.rows), limit)) parts.push(part);
  return Buffer.concat(parts);
}

let last: Promise<void> = Promise.resolve();
parentPort!.on('message', (job: Job) => {
  last = last.then(async () => parentPort!.postMessage(await done(job)));
});

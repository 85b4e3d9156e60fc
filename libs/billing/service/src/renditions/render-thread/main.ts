import {
  MissingCharactersError,
  renderJpPint,
  renderPdf,
  renderStatement,
} from '@smartkey/billing-renditions';
import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import type { DoneJob, Job } from './jobs.ts';

/** The thread that writes files: one job after another. What it does takes longer than a turn of a service may. */
async function done(job: Job): Promise<DoneJob> {
  const { id } = job;
  try {
    if (job.kind !== 'jp-pint') return { id, content: await pagesOf(job) };
    const written = renderJpPint(job.printable);
    return written.ok ? { id, content: Buffer.from(written.value) } : { id, fields: written.error.fields };
  } catch (error) {
    if (error instanceof MissingCharactersError)
      return { id, missing: error.missing.map(({ field, codePoint }) => ({ field, codePoint })) };
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function pagesOf(job: Exclude<Job, { readonly kind: 'jp-pint' }>): Promise<Buffer> {
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

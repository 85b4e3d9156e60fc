import type { PrintableDocument } from '@smartkey/billing-renditions';
import { JP_PINT_VERSION, PDF_FONTS, PDF_TEMPLATE_VERSION } from '@smartkey/billing-renditions/names';
import { fail, ok, type Result } from '@smartkey/kernel';
import type { FileRefusal, FileWriters, WrittenFile } from './file-writers.ts';
import type { DoneJob } from './render-thread/jobs.ts';
import type { RenderThread } from './render-thread/render-thread.ts';

/** The writers of files, in a thread of their own: a long document takes longer than a turn of a service may. */
export class ThreadWriters implements FileWriters {
  readonly #fonts = PDF_FONTS.map(({ name, version }) => ({ name, version }));
  readonly program = [
    `pdf ${PDF_TEMPLATE_VERSION}`,
    ...this.#fonts.map(({ name, version }) => `${name} ${version}`),
    `jp-pint ${JP_PINT_VERSION}`,
  ].join(', ');

  constructor(private readonly thread: RenderThread) {}

  async jpPint(printable: PrintableDocument): Promise<Result<WrittenFile, FileRefusal>> {
    const done = await this.thread.run({ kind: 'jp-pint', printable });
    if ('fields' in done) return fail(done.fields);
    const content = contentIn(done);
    return ok({ content, templateVersion: JP_PINT_VERSION, jpPintVersion: JP_PINT_VERSION });
  }

  async pdf(printable: PrintableDocument, jpPint?: Uint8Array): Promise<Result<WrittenFile, FileRefusal>> {
    const done = await this.thread.run({ kind: 'document', printable, ...(jpPint && { jpPint }) });
    if ('missing' in done)
      return fail(
        done.missing.map(({ field, codePoint }) => ({
          pointer: field,
          rule: 'character-without-font',
          detail: `No font has ${codePoint}.`,
        })),
      );
    return ok({ content: contentIn(done), templateVersion: PDF_TEMPLATE_VERSION, fonts: this.#fonts });
  }
}

/** @throws Error where the writer failed. */
export function contentIn(done: DoneJob): Uint8Array {
  if ('content' in done) return done.content;
  throw new Error('failure' in done ? done.failure : 'the thread answered another question');
}

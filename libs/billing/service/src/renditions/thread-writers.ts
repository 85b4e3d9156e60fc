import {
  JP_PINT_VERSION,
  PDF_FONTS,
  PDF_TEMPLATE_VERSION,
  renderJpPint,
  type PrintableDocument,
} from '@smartkey/billing-renditions';
import { fail, ok, type Result } from '@smartkey/kernel';
import type { FileRefusal, FileWriters, WrittenFile } from './file-writers.ts';
import type { RenderThread } from './render-thread/render-thread.ts';

/** The writers of files: an electronic invoice is written at once, pages in a thread of their own. */
export class ThreadWriters implements FileWriters {
  readonly #fonts = PDF_FONTS.map(({ name, version }) => ({ name, version }));
  readonly program = [
    `pdf ${PDF_TEMPLATE_VERSION}`,
    ...this.#fonts.map(({ name, version }) => `${name} ${version}`),
    `jp-pint ${JP_PINT_VERSION}`,
  ].join(', ');

  constructor(private readonly thread: RenderThread) {}

  jpPint(printable: PrintableDocument): Promise<Result<WrittenFile, FileRefusal>> {
    const written = renderJpPint(printable);
    if (!written.ok) return Promise.resolve(fail(written.error.fields));
    return Promise.resolve(
      ok({
        content: Buffer.from(written.value),
        templateVersion: JP_PINT_VERSION,
        jpPintVersion: JP_PINT_VERSION,
      }),
    );
  }

  async pdf(printable: PrintableDocument, jpPint?: Uint8Array): Promise<Result<WrittenFile, FileRefusal>> {
    const done = await this.thread.run({ kind: 'document', printable, ...(jpPint && { jpPint }) });
    if ('failure' in done) throw new Error(done.failure);
    if ('missing' in done)
      return fail(
        done.missing.map(({ field, codePoint }) => ({
          pointer: field,
          rule: 'character-without-font',
          detail: `No font has ${codePoint}.`,
        })),
      );
    return ok({ content: done.content, templateVersion: PDF_TEMPLATE_VERSION, fonts: this.#fonts });
  }
}

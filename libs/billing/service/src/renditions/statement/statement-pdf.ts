import type { Invoice } from '@smartkey/billing-domain';
import type { StatementRow } from '@smartkey/billing-renditions';
import { ProblemException } from '@smartkey/http';
import { printableOf, type PartiesOfDocument } from '../parties-of-document.ts';
import type { RenderThread } from '../render-thread/render-thread.ts';
import type { RenditionLog } from '../rendition-log.ts';
import { contentIn } from '../thread-writers.ts';
import type { StatementRows } from './statement-rows.ts';

/**
 * The accounts of a document as pages, its own month first. They are set anew each time: a page that lay stored would keep what an erasure takes
 * out of the rows.
 */
export class StatementPdf {
  constructor(
    private readonly rows: StatementRows,
    private readonly renditions: RenditionLog,
    private readonly parties: PartiesOfDocument,
    private readonly thread: RenderThread,
  ) {}

  /** @throws ProblemException 409 for characters that no font has, by row; UnavailableError where too many ask. */
  async render(document: Invoice, statement: string): Promise<Buffer> {
    const { completed } = await this.renditions.of(document.number);
    const printable = printableOf(document, await this.parties.read(document), completed);
    const rows: StatementRow[] = [];
    for await (const part of this.rows.read(statement))
      for (const { month, usedDays, coefficient, fee, opened } of part)
        rows.push({ month, externalId: opened?.row.externalId ?? null, usedDays, coefficient, fee });
    const done = await this.thread.run({ kind: 'statement', printable, rows });
    if ('missing' in done)
      throw new ProblemException(409, 'file-refused', 'A character has no font; the CSV has all of them.', {
        errors: done.missing.map(({ field, codePoint }) => ({
          pointer: field,
          rule: 'character-without-font',
          detail: `No font has ${codePoint}.`,
        })),
      });
    return Buffer.from(contentIn(done));
  }
}

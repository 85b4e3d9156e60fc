import { startOfDay } from '@smartkey/calendar';
import type { PrintableDocument } from '../printable-document.ts';
import { sheetOf } from '../sheet/sheet-of.ts';
import { drawFoot } from './document-foot.ts';
import { drawHead } from './document-head.ts';
import { drawLines } from './document-lines.ts';
import { mustBeSettable, textsOf } from './missing-characters.ts';
import { drawPageNumber, flowOf } from './pages.ts';
import { TaggedPdf } from './tagged/tagged-pdf.ts';

export interface PdfOptions {
  /** The same document as JP PINT: attached as its alternative. */
  readonly xml?: Buffer;
}

/**
 * A document as PDF/A-3a: the bytes follow from the arguments, the template, the fonts and the version of Node.js, whose zlib may
 * compress otherwise in the next. So what was issued is stored, and not rendered again.
 * @throws MissingCharactersError for characters that no font has, all of them named
 */
export async function renderPdf(printable: PrintableDocument, { xml }: PdfOptions = {}): Promise<Buffer> {
  const { document } = printable;
  mustBeSettable(document.number, textsOf(printable));
  const sheet = sheetOf(printable);
  const title = `${sheet.title} ${sheet.number}`;
  const pdf = new TaggedPdf(
    {
      title,
      author: document.issuer.name,
      subject: sheet.legalName ?? sheet.title,
      created: new Date(startOfDay(document.issuedOn)),
    },
    { keepsPages: true },
  );
  pdf.newPage();
  const flow = flowOf(pdf, title);
  flow.y = drawHead(pdf, sheet);
  await drawLines(flow, sheet.lines);
  drawFoot(flow, sheet);
  const { pages } = pdf;
  for (let index = 0; index < pages; index += 1)
    pdf.onPage(index, () => drawPageNumber(pdf, index + 1, pages));
  if (xml !== undefined)
    pdf.attachAlternative({
      name: `${sheet.number}.xml`,
      mediaType: 'application/xml',
      description: 'JP PINT',
      bytes: xml,
    });
  return pdf.end();
}

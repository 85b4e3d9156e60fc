import PDFDocument from 'pdfkit';
import { COLUMN_FIGURES } from '../fonts/font-face.ts';
import type { Weight } from '../fonts/font-files.ts';
import { runsOf, widthOf } from '../fonts/fonts.ts';
import { A4 } from './measures.ts';
import { SRGB_PROFILE } from './srgb-profile.ts';
import { claimsOf } from './xmp.ts';

/** An element of the document's structure. */
export type Element = ReturnType<PDFKit.PDFDocument['struct']>;

export interface PdfInfo {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  /** Goes into the bytes as the day of creation: the same document gives the same bytes. */
  readonly created: Date;
}

export interface TextStyle {
  readonly size: number;
  readonly weight?: Weight;
  readonly color?: string;
  /** Figures of one width, for columns. */
  readonly columnFigures?: boolean;
}

export interface StructureOptions {
  readonly scope?: 'Row' | 'Column';
  readonly title?: string;
}

/** An attached file. */
export interface Attachment {
  readonly name: string;
  readonly mediaType: string;
  readonly description: string;
  readonly bytes: Buffer;
}

const INK = '#1a1a1a';

/**
 * A PDF/A-3a in the making (ISO 19005-3, level A): tagged, Japanese, sRGB, fonts embedded. All that is drawn is either in a structure
 * element, in reading order, or an artifact of the page.
 */
export class TaggedPdf {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #root: Element;
  readonly #fonts = new Set<string>();
  readonly #info: PdfInfo;

  /** @param keepsPages whether pages stay open until the end, so that each can say how many there are */
  constructor(info: PdfInfo, { keepsPages = false }: { readonly keepsPages?: boolean } = {}) {
    this.#info = info;
    this.#pdf = new PDFDocument({
      // No standard font is ever used: none of them may be embedded.
      font: '',
      pdfVersion: '1.7',
      tagged: true,
      lang: 'ja-JP',
      displayTitle: true,
      size: [A4.width, A4.height],
      margin: 0,
      autoFirstPage: false,
      bufferPages: keepsPages,
      info: { Title: info.title, Subject: info.subject, Creator: 'SmartKey', CreationDate: info.created },
    });
    this.#root = this.#pdf.struct('Document');
    this.#pdf.addStructure(this.#root);
  }

  newPage(): void {
    this.#pdf.addPage();
  }

  get pages(): number {
    const { start, count } = this.#pdf.bufferedPageRange();
    return start + count;
  }

  /** Draws on a page that was kept. */
  onPage(index: number, draw: () => void): void {
    this.#pdf.switchToPage(index);
    draw();
  }

  /** An element that others are added to; without a parent one of the document's own. */
  group(type: string, parent: Element = this.#root, options: StructureOptions = {}): Element {
    const element = this.#pdf.struct(type, options);
    parent.add(element);
    return element;
  }

  /** An element with what it shows, which is drawn at once. */
  element(
    type: string,
    draw: () => void,
    parent: Element = this.#root,
    options: StructureOptions = {},
  ): void {
    parent.add(this.#pdf.struct(type, options, [draw]));
  }

  /** What stands on a page and is no part of the document: rules, repeated heads, page numbers. */
  artifact(draw: () => void, type: 'Pagination' | 'Layout' = 'Layout'): void {
    this.#pdf.markContent('Artifact', { type });
    draw();
    this.#pdf.endMarkedContent();
  }

  /** A text on one line, from `x` on the baseline `y`, both in points from the upper left corner. */
  text(text: string, x: number, y: number, style: TextStyle): void {
    const { size, weight = 'regular', color = INK, columnFigures = false } = style;
    let left = x;
    for (const { face, text: part } of runsOf(text, weight)) {
      if (!this.#fonts.has(face.name)) {
        this.#pdf.registerFont(face.name, face.source);
        this.#fonts.add(face.name);
      }
      const width = widthOf(part, size, weight, columnFigures);
      this.#pdf
        .font(face.name, size)
        .fillColor(color)
        .text(part, left, y, {
          lineBreak: false,
          baseline: 'alphabetic',
          ...(columnFigures && { features: [COLUMN_FIGURES as PDFKit.Mixins.OpenTypeFeatures] }),
          // Known already: pdfkit need not measure once more.
          textWidth: width,
          wordCount: 1,
        });
      left += width;
    }
  }

  line(x1: number, y1: number, x2: number, y2: number, width = 0.5, color = INK): void {
    this.#pdf.lineWidth(width).strokeColor(color).moveTo(x1, y1).lineTo(x2, y2).stroke();
  }

  box(x: number, y: number, width: number, height: number, color: string): void {
    this.#pdf.rect(x, y, width, height).fill(color);
  }

  /** Attached as another form of the same document (AFRelationship Alternative). */
  attachAlternative({ name, mediaType, description, bytes }: Attachment): void {
    const { created } = this.#info;
    this.#pdf.file(bytes, {
      name,
      type: mediaType,
      description,
      creationDate: created,
      modifiedDate: created,
      relationship: 'Alternative',
    });
  }

  /** What is finished of the file, and was not taken yet. */
  take(): Buffer {
    return (this.#pdf.read() as Buffer | null) ?? Buffer.alloc(0);
  }

  /** Ends the file, and answers with what was not taken. */
  end(): Buffer {
    this.#root.end();
    this.#pdf.appendXML(claimsOf(this.#info));
    this.#addOutputIntent();
    this.#pdf.end();
    return this.take();
  }

  #addOutputIntent(): void {
    const profile = this.#pdf.ref({ N: 3 });
    profile.end(SRGB_PROFILE);
    const intent = this.#pdf.ref({
      Type: 'OutputIntent',
      S: 'GTS_PDFA1',
      OutputConditionIdentifier: new String('sRGB'),
      Info: new String('sRGB IEC61966-2.1'),
      DestOutputProfile: profile,
    });
    intent.end(undefined);
    this.#pdf._root.data['OutputIntents'] = [intent];
  }
}

import {
  PdfObjects,
  PdfReader,
  type PdfDict,
  type PdfName,
  type PdfRef,
  type PdfValue,
  type PdfWord,
} from './pdf-objects.fixture.ts';

/** An element of a file's structure, as a screen reader tells it. */
export interface PdfElement {
  readonly type: string;
  readonly scope?: string;
  /** Its own text; each line that is drawn below another is one. */
  readonly text: string;
  readonly children: readonly PdfElement[];
}

/** Where a stretch of text stands, in points from the lower left corner. */
export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
}

interface PageText {
  readonly marked: ReadonlyMap<number, string>;
  readonly artifacts: readonly string[];
  readonly boxes: readonly TextBox[];
}

interface PageFont {
  /** What each glyph stands for. */
  readonly letters: ReadonlyMap<number, string>;
  /** In thousandths of the size. */
  readonly widths: readonly number[];
}

/** What a file says: its structure in reading order, and what stands on each page besides. */
export interface PdfText {
  readonly title: string;
  readonly structure: PdfElement;
  readonly artifacts: readonly (readonly string[])[];
  readonly boxes: readonly (readonly TextBox[])[];
}

export function pdfText(bytes: Buffer): PdfText {
  const objects = new PdfObjects(bytes);
  const root = objects.get(objects.trailer['Root']);
  const pages = objects.get(root['Pages'])['Kids'] as readonly PdfRef[];
  const texts = new Map(pages.map((page) => [page.ref, pageText(objects, objects.get(page))]));
  const tops = objects.get(root['StructTreeRoot'])['K'] as readonly PdfRef[];
  return {
    title: objects.get<string>(objects.get(objects.trailer['Info'])['Title']),
    structure: elementOf(objects, tops[0]!, texts),
    artifacts: [...texts.values()].map(({ artifacts }) => artifacts),
    boxes: [...texts.values()].map(({ boxes }) => boxes),
  };
}

function elementOf(objects: PdfObjects, value: PdfValue, pages: ReadonlyMap<number, PageText>): PdfElement {
  const element = objects.get(value);
  const children: PdfElement[] = [];
  let text = '';
  for (const child of (element['K'] ?? []) as readonly PdfValue[]) {
    if (typeof child === 'number') text += pages.get((element['Pg'] as PdfRef).ref)!.marked.get(child) ?? '';
    else children.push(elementOf(objects, child, pages));
  }
  const scope = (element['A'] as PdfDict | undefined)?.['Scope'] as PdfName | undefined;
  return {
    type: (element['S'] as PdfName).name,
    ...(scope && { scope: scope.name }),
    text,
    children,
  };
}

function pageText(objects: PdfObjects, page: PdfDict): PageText {
  const fonts = objects.get(objects.get(page['Resources'])['Font']);
  const known = new Map(
    Object.entries(fonts).map(([name, font]) => [name, fontOf(objects, objects.get(font))]),
  );
  const boxes: TextBox[] = [];
  const marked = new Map<number, string>();
  const artifacts: string[] = [];
  /** What is being marked: a number of the structure, an artifact, or something in neither. */
  let mark: number | 'artifact' | undefined;
  let font: PageFont = { letters: new Map(), widths: [] };
  let [left, line, size, lineOfMark] = [0, 0, 0, NaN];
  let operands: PdfValue[] = [];
  const reader = new PdfReader(objects.stream(page['Contents']!).toString('latin1'));
  for (let token = reader.next(); token !== undefined; token = reader.next()) {
    if (typeof token !== 'object' || !('word' in token)) {
      operands.push(token);
      continue;
    }
    switch ((token as PdfWord).word) {
      case 'BDC': {
        const { MCID } = operands[1] as PdfDict;
        mark = typeof MCID === 'number' ? MCID : 'artifact';
        if (mark === 'artifact') artifacts.push('');
        lineOfMark = NaN;
        break;
      }
      case 'EMC':
        mark = undefined;
        break;
      case 'Tf':
        font = known.get((operands[0] as PdfName).name)!;
        size = operands[1] as number;
        break;
      case 'Tm':
        [left, line] = [operands[4] as number, operands[5] as number];
        break;
      case 'TJ': {
        const { text: shown, width } = shownBy(operands[0] as readonly PdfValue[], font);
        boxes.push({ text: shown, left, right: left + (width * size) / 1000, baseline: line });
        const begins = !Number.isNaN(lineOfMark) && lineOfMark !== line ? '\n' : '';
        lineOfMark = line;
        if (mark === undefined) throw new Error(`neither in the structure nor an artifact: ${shown}`);
        if (mark === 'artifact') artifacts.push(`${artifacts.pop()}${begins === '' ? '' : ' '}${shown}`);
        else marked.set(mark, `${marked.get(mark) ?? ''}${begins}${shown}`);
        break;
      }
    }
    operands = [];
  }
  return { marked, artifacts: artifacts.filter((text) => text !== ''), boxes };
}

function shownBy(
  parts: readonly PdfValue[],
  { letters, widths }: PageFont,
): { readonly text: string; readonly width: number } {
  let text = '';
  let width = 0;
  // A distance behind the last glyph is none.
  const drawn = parts.slice(0, parts.findLastIndex((part) => Buffer.isBuffer(part)) + 1);
  for (const part of drawn)
    if (Buffer.isBuffer(part))
      for (let at = 0; at < part.length; at += 2) {
        const glyph = part.readUInt16BE(at);
        text += letters.get(glyph)!;
        width += widths[glyph]!;
      }
    else width -= part as number;
  return { text, width };
}

function fontOf(objects: PdfObjects, font: PdfDict): PageFont {
  const [descendant] = objects.get<readonly PdfValue[]>(font['DescendantFonts']);
  const [, widths] = objects.get<readonly PdfValue[]>(objects.get(descendant)['W']);
  return { letters: lettersOf(objects, font['ToUnicode']!), widths: widths as readonly number[] };
}

/** What each glyph of a font stands for. */
function lettersOf(objects: PdfObjects, toUnicode: PdfValue): ReadonlyMap<number, string> {
  const letters = new Map<number, string>();
  for (const [, first, , list] of objects
    .stream(toUnicode)
    .toString('latin1')
    .matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/g)) {
    let glyph = parseInt(first!, 16);
    for (const [, hex] of list!.matchAll(/<([^>]*)>/g)) {
      letters.set(glyph, Buffer.from(hex!.replace(/ /g, ''), 'hex').swap16().toString('utf16le'));
      glyph += 1;
    }
  }
  return letters;
}

const flat = (text: string): string => text.replace(/\n/g, ' / ');

/** The file as text for a golden file: an element a line, a row of a table a line, artifacts page by page below. */
export function printed({ title, structure, artifacts }: PdfText): string {
  const lines = [`title: ${title}`, ...linesOf(structure, '')];
  artifacts.forEach((texts, index) => lines.push(`page ${index + 1}: ${texts.join(' | ')}`));
  return `${lines.join('\n')}\n`;
}

function linesOf({ type, text, children }: PdfElement, indent: string): readonly string[] {
  if (type === 'TR')
    return [`${indent}${children.map((cell) => `${cell.scope ?? ''}[${flat(cell.text)}]`).join(' ')}`];
  const own = text === '' ? type : `${type}: ${flat(text)}`;
  return [`${indent}${own}`, ...children.flatMap((child) => linesOf(child, `${indent}  `))];
}

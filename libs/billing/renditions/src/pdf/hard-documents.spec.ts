import type { Invoice } from '@smartkey/billing-domain';
import { sumOfYen } from '@smartkey/money';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { GOLDEN } from '../jp-pint/jp-pint.fixture.ts';
import type { PrintableDocument } from '../printable-document.ts';
import { goldenDocument } from '../testing/golden-documents.fixture.ts';
import { pdfText, type PdfElement, type PdfText, type TextBox } from '../testing/pdf-text.fixture.ts';
import { widthOf } from './fonts/fonts.ts';
import { EDGE, STYLES } from './looks.ts';
import { renderPdf } from './render-pdf.ts';
import { A4 } from './tagged/measures.ts';

const january = goldenDocument('2024-01');
const other = (more: Partial<Invoice>, parts: Partial<PrintableDocument> = {}): PrintableDocument => ({
  ...january,
  ...parts,
  document: { ...january.document, ...more },
});
const pages = async (printable: PrintableDocument): Promise<PdfText> => pdfText(await renderPdf(printable));

/** All elements of a type. */
const all = (element: PdfElement, type: string): readonly PdfElement[] => [
  ...(element.type === type ? [element] : []),
  ...element.children.flatMap((child) => all(child, type)),
];
const textOf = (element: PdfElement): string =>
  [element.text.replaceAll('\n', ''), ...element.children.map(textOf)].join('\n');

/** Texts that leave the page, or its edges. */
const outside = ({ boxes }: PdfText) =>
  boxes
    .flat()
    .filter(
      ({ left, right, baseline }) =>
        left < EDGE.left - 1 || right > EDGE.right + 1 || baseline < 20 || baseline > A4.height - 20,
    );

/** Texts that stand in one another. */
const overlapping = ({ boxes }: PdfText) =>
  boxes.flatMap((page) =>
    page.filter((one, index) =>
      page
        .slice(index + 1)
        .some(
          (two) =>
            Math.abs(one.baseline - two.baseline) < 4 &&
            one.left < two.right - 0.5 &&
            two.left < one.right - 0.5,
        ),
    ),
  );

/** Where a text stands on the first page; figures in columns are set one by one. */
function placeOf({ boxes }: PdfText, wanted: string): TextBox {
  const page = boxes[0]!;
  const starts: number[] = [];
  let said = '';
  for (const { text } of page) {
    starts.push(said.length);
    said += text;
  }
  const at = said.indexOf(wanted);
  const first = page[starts.indexOf(at)];
  const last = page[starts.findLastIndex((start) => start < at + wanted.length)];
  if (first === undefined || last === undefined) throw new Error(`${wanted} does not stand on the page`);
  return { ...first, text: wanted, right: last.right };
}

async function mustStand(printable: PrintableDocument): Promise<PdfText> {
  const text = await pages(printable);
  expect(outside(text)).toEqual([]);
  expect(overlapping(text)).toEqual([]);
  return text;
}

const line = january.document.lines[0]!;

describe('Every kind and shape of document', () => {
  it.each(GOLDEN.map(({ what, printable }) => [what, printable] as const))(
    'keeps to the edges of its pages: %s',
    async (_what, printable) => {
      const { title } = await mustStand(printable);
      expect(title).toContain(printable.document.number);
    },
  );
});

interface DomainGolden {
  readonly documents: readonly { readonly what: string; readonly document: Invoice }[];
}

describe.each(['2018-01-01.1', '2018-01-01.2', '2018-01-01.3'])('Documents by rule version %s', (version) => {
  const file = new URL(`../../../domain/golden/documents.${version}.json`, import.meta.url);
  const { documents } = JSON.parse(readFileSync(file, 'utf8')) as DomainGolden;
  it.each(documents.map(({ what, document }) => [what, document] as const))(
    'have a file, like every document since the first: %s',
    async (_what, document) => {
      const { structure } = await mustStand({
        document,
        issuer: { name: '株式会社見本', registrationNumber: null },
      });
      expect(textOf(structure)).toContain(document.number);
    },
  );
});

describe('A document that is hard to lay out', () => {
  it.each([
    ['ideographs', '名'.repeat(256)],
    ['one word', 'W'.repeat(256)],
    ['words', 'Service '.repeat(32).trim()],
  ])('256 characters in every name and description: %s', async (_what, name) => {
    const { structure, ...text } = await mustStand(
      other(
        {
          recipient: { name, department: name, contact: name, postalCode: '100-0001', address: name },
          issuer: { name, registrationNumber: 'T7123456789012' },
          lines: january.document.lines.map((each) => ({ ...each, description: name })),
        },
        { purchaseOrder: name, issuer: { ...january.issuer, address: name } },
      ),
    );
    expect(text.boxes.length).toBeGreaterThan(0);
    const said = textOf(structure).replaceAll(' ', '');
    expect(said.split(name.replaceAll(' ', '')).length - 1).toBe(9);
  });

  it('an address of 150 lines', async () => {
    const address = Array.from({ length: 150 }, (_, index) => String(index % 10)).join('\n');
    const recipient = { ...january.document.recipient, address };
    const { structure } = await mustStand(other({ recipient }, { issuer: { ...january.issuer, address } }));
    expect(textOf(structure)).toContain('0\n1\n2');
  });

  it('an address and names as long as they may be leave the total where it is on every page', async () => {
    const totalOf = (page: PdfText) => placeOf(page, '¥44,563');
    const long = {
      name: '名'.repeat(200),
      department: '部'.repeat(200),
      contact: '者'.repeat(100),
      postalCode: '100-0001',
    };
    for (const address of ['住'.repeat(300), '東京都\n'.repeat(75), 'Tower '.repeat(50)]) {
      const text = await mustStand(other({ recipient: { ...long, address } }));
      expect(totalOf(text)).toEqual(totalOf(await pages(january)));
    }
  });

  it('the description of a line stands below the name of the service', async () => {
    const page = await pages(january);
    const service = placeOf(page, 'SmartKey マネージメントサービス');
    const description = placeOf(page, '月額基本料');
    expect(service.left).toBe(description.left);
    expect(service.baseline).toBeGreaterThan(description.baseline);
    // Figures stand on the line of the name.
    expect(placeOf(page, '10,000').baseline).toBe(service.baseline);
  });

  it('no line', async () => {
    const { structure } = await mustStand(other({ lines: [], taxes: [], net: '0', tax: '0', total: '0' }));
    expect(textOf(structure)).toContain('¥0');
  });

  it('2,000 lines: every line stands once, and each page carries its total to the next, and others have their turn', async () => {
    const lines = Array.from({ length: 2000 }, (_, index) => ({
      ...line,
      n: index + 1,
      amount: `${BigInt(index + 1)}` as const,
    }));
    const net = sumOfYen(lines.map(({ amount }) => amount));
    let turnsOfOthers = 0;
    const counting = setInterval(() => (turnsOfOthers += 1), 0);
    const { structure, artifacts } = await mustStand(other({ lines, net }));
    clearInterval(counting);
    // Rendering takes seconds, and shares the process with requests.
    expect(turnsOfOthers).toBeGreaterThan(artifacts.length / 2);
    const rows = all(structure, 'Table')
      .find((table) => table.children[0]!.children[1]?.text === '品目')!
      .children.slice(1);
    expect(rows.map((row) => row.children[0]!.text)).toEqual(lines.map(({ n }) => String(n)));
    const numbers = (page: readonly string[], label: string): string | undefined =>
      page
        .find((text) => text.startsWith(label))
        ?.slice(label.length)
        .trim();
    const carried = artifacts.map((page) => numbers(page, '次頁へ繰越'));
    const brought = artifacts.map((page) => numbers(page, '前頁より繰越'));
    const turns = carried.filter((total) => total !== undefined).length;
    expect(turns).toBeGreaterThan(20);
    expect(brought.slice(1, turns + 1)).toEqual(carried.slice(0, turns));
    // The last that is carried, and the lines of the last page, are the net total.
    const atLast = BigInt(carried[turns - 1]!.replaceAll(',', ''));
    const rest = lines.filter(({ n }) => (BigInt(n) * BigInt(n + 1)) / 2n > atLast);
    expect(String(rest.reduce((sum, { amount }) => sum + BigInt(amount), atLast))).toBe(net);
    expect(artifacts.at(-1)!.at(-1)).toBe(`${artifacts.length} / ${artifacts.length}`);
  });

  it('−1 yen is paid back: no account to pay into, a day of repayment', async () => {
    const { structure } = await mustStand(
      other({
        kind: 'correction',
        lines: [{ ...line, quantity: '-1', unitPrice: '1', amount: '-1' }],
        total: '-1',
      }),
    );
    const said = textOf(structure);
    expect(said).toContain('ご返金予定日');
    expect(said).toContain('¥1');
    expect(said).toContain('−1');
    expect(said).not.toContain('お振込先');
  });

  it('totals of 12 digits', async () => {
    const big = '-999999999999';
    const page = await mustStand(
      other({
        lines: [{ ...line, quantity: '-1', unitPrice: '888888888888', amount: big }],
        taxes: [{ taxCode: 'JP-STD-10-2019', rate: '10', taxable: big, tax: big }],
        net: big,
        tax: big,
        total: '999999999999',
      }),
    );
    expect(textOf(page.structure)).toContain('¥999,999,999,999');
    expect(textOf(page.structure)).toContain('−999,999,999,999');
    // In their full size.
    const { size } = STYLES.figures;
    for (const figures of ['888,888,888,888', '−999,999,999,999']) {
      const { left, right } = placeOf(page, figures);
      expect(right - left).toBeCloseTo(widthOf(figures, size, 'regular', true), 1);
    }
  });

  it('and prices and quantities of more figures than any has', async () => {
    await mustStand(
      other({
        lines: [{ ...line, quantity: '999999999.999', unitPrice: '999999.999999', amount: '-999999999999' }],
      }),
    );
  });

  it('letters that only the second font has, and letters with a chosen shape or a mark', async () => {
    const { structure } = await mustStand(
      other({ recipient: { name: '𠮷田商店', contact: '渡邉\u{e0100} か\u3099く' } }),
    );
    expect(textOf(structure)).toContain('𠮷田商店');
    expect(textOf(structure)).toContain('渡邉\u{e0100} がく 様');
  });
});

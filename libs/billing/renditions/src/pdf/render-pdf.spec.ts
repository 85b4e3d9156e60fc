import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { PdfObjects, type PdfDict, type PdfValue } from '../testing/pdf-objects.fixture.ts';
import { goldenDocument } from '../testing/golden-documents.fixture.ts';
import { PDF_FONTS } from './fonts/font-files.ts';
import { MissingCharactersError } from './missing-characters.ts';
import { renderPdf } from './render-pdf.ts';

describe('The fonts of PDF files', () => {
  it('are the packages that are pinned', () => {
    const { dependencies } = JSON.parse(
      readFileSync(new URL('../../../../../package.json', import.meta.url), 'utf8'),
    ) as { readonly dependencies: Readonly<Record<string, string>> };
    expect(PDF_FONTS).toHaveLength(4);
    for (const { package: of, version } of PDF_FONTS) expect(dependencies[of]).toBe(version);
  });
});

describe('A document as PDF', () => {
  const january = goldenDocument('2024-01');

  it('is the same bytes for the same document', async () => {
    const first = await renderPdf(january);
    await renderPdf(goldenDocument('2018-01'));
    expect((await renderPdf(january)).equals(first)).toBe(true);
    expect(first.subarray(0, 8).toString()).toBe('%PDF-1.7');
  });

  it('carries its JP PINT as another form of itself, dated as the document', async () => {
    const xml = Buffer.from('<Invoice>見本</Invoice>');
    const objects = new PdfObjects(await renderPdf(january, { xml }));
    const [attached] = objects.get<readonly PdfValue[]>(objects.get(objects.trailer['Root'])['AF']);
    const file = objects.get(attached);
    expect(file).toMatchObject({ AFRelationship: { name: 'Alternative' }, UF: 'SK-000000001.xml' });
    const { F } = file['EF'] as PdfDict;
    expect(objects.stream(F!).equals(xml)).toBe(true);
    expect(objects.get(F)).toMatchObject({
      Subtype: { name: 'application#2Fxml' },
      Params: { ModDate: 'D:20240131150000Z' },
    });
  });

  it('is refused with every character that no font has, by field', async () => {
    const { recipient, lines } = january.document;
    const document = {
      ...january.document,
      recipient: { ...recipient, name: '見本😀商事', contact: '\u0007鈴木' },
      lines: lines.map((line) => ({ ...line, description: 'ﷺ' })),
    };
    const refused = await renderPdf({ ...january, document }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MissingCharactersError);
    expect(refused).toMatchObject({
      document: 'SK-000000001',
      missing: [
        { field: '/recipient/name', character: '😀', codePoint: 'U+1F600' },
        { field: '/recipient/contact', character: '\u0007', codePoint: 'U+0007' },
        { field: '/lines/0/description', codePoint: 'U+FDFA' },
        { field: '/lines/1/description', codePoint: 'U+FDFA' },
      ],
    });
  });
});

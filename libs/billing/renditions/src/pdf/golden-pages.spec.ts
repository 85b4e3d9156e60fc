import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { GOLDEN_DOCUMENTS } from '../testing/golden-documents.fixture.ts';
import { pdfText, printed } from '../testing/pdf-text.fixture.ts';
import { renderPdf } from './render-pdf.ts';

describe('What the pages of a document say, as its structure tells it', () => {
  it.each(GOLDEN_DOCUMENTS.map((golden) => [golden.what, golden] as const))(
    '%s',
    async (what, { printable }) => {
      const file = new URL(`../../golden/pdf/${what.replaceAll(' ', '-')}.txt`, import.meta.url);
      const text = printed(pdfText(await renderPdf(printable)));
      // Written once, by whoever adds a document or changes the template, and read by whoever takes the change.
      if (!existsSync(file) && process.env['CI'] === undefined) writeFileSync(file, text);
      expect(text).toBe(readFileSync(file, 'utf8'));
    },
  );
});

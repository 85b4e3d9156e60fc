import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { veraPdf, whyLeftOut, whyNoPdfReaders, type PdfVerdict } from '@smartkey/servers';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { renderStatement } from '../statement/render-statement.ts';
import type { StatementRow } from '../statement/statement.ts';
import { GOLDEN_DOCUMENTS, goldenDocument } from '../testing/golden-documents.fixture.ts';
import { renderPdf } from './render-pdf.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const missing = whyLeftOut(ROOT, 'PDF files', whyNoPdfReaders);
const january = goldenDocument('2024-01');

async function* accounts(): AsyncGenerator<StatementRow> {
  for (let n = 0; n < 105; n += 1)
    yield await Promise.resolve({
      month: '2024-01',
      externalId: n === 3 ? null : `user-${n}`,
      usedDays: 31,
      coefficient: '1.000',
      fee: '300',
    });
}

async function statement(): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of renderStatement(january, accounts(), { maxAccounts: 105 })) parts.push(part);
  return Buffer.concat(parts);
}

/** A document of many pages, with letters of both fonts, and an issuer whose name must be escaped. */
function long() {
  const { document, issuer } = goldenDocument('2023-10');
  const lines = Array.from({ length: 80 }, (_, index) => ({ ...document.lines[index % 4]!, n: index + 1 }));
  return {
    issuer,
    document: {
      ...document,
      lines,
      issuer: { ...document.issuer, name: '<A&B>株式会社' },
      recipient: { name: '𠮷田商店', contact: '渡邉\u{e0100}' },
    },
  };
}

(missing === undefined ? describe : describe.skip)(
  'Files for people, as veraPDF and poppler read them',
  () => {
    let folder = '';
    const verdicts = new Map<string, PdfVerdict>();
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'smartkey-pdf-'));
      const files: Record<string, Buffer> = {
        'with-xml': await renderPdf(january, { xml: Buffer.from('<Invoice/>') }),
        long: await renderPdf(long()),
        statement: await statement(),
      };
      for (const { what, printable } of GOLDEN_DOCUMENTS) files[what] = await renderPdf(printable);
      // The same, and its catalogue no longer names its structure and what its colours mean.
      files['broken'] = Buffer.from(
        files['with-xml']!.toString('latin1')
          .replace('/StructTreeRoot', '/StructTreeRoom')
          .replace('/OutputIntents', '/OutputIntentX'),
        'latin1',
      );
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, `${name}.pdf`), bytes);
      const paths = Object.keys(files).map((name) => join(folder, `${name}.pdf`));
      for (const verdict of await veraPdf(ROOT, paths)) verdicts.set(basename(verdict.file, '.pdf'), verdict);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each(['with-xml', 'long', 'statement', ...GOLDEN_DOCUMENTS.map(({ what }) => what)])(
      '%s is PDF/A-3a and PDF/UA-1',
      (name) => expect(verdicts.get(name)).toMatchObject({ keeps: ['PDF/A-3a', 'PDF/UA-1'], broken: [] }),
    );

    it('what is not is told apart', () => expect(verdicts.get('broken')!.keeps).toEqual([]));

    it('poppler reads the same words, and finds the attached file', async () => {
      const read = promisify(execFile);
      const { stdout } = await read('pdftotext', ['-layout', join(folder, 'with-xml.pdf'), '-']);
      for (const words of [
        '適格請求書',
        '見本商事株式会社',
        'T7123456789012',
        '¥44,563',
        '101.708',
        '2024年2月29日',
      ])
        expect(stdout).toContain(words);
      const { stdout: attached } = await read('pdfdetach', ['-list', join(folder, 'with-xml.pdf')]);
      expect(attached).toContain('SK-000000001.xml');
    });
  },
);

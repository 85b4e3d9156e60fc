import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CANONICAL, PRODUCT_TABLES } from '@smartkey/billing-domain';
import { CsvEncoder } from '@smartkey/http';
import { whyLeftOut, whyNoLibreOffice } from '@smartkey/servers';
import { parse } from 'csv-parse/sync';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const missing = whyLeftOut('', 'tables in LibreOffice', whyNoLibreOffice);
/** What LibreOffice calls the encodings. */
const CHARSETS = { 'utf-8-bom': 76, shift_jis: 60 } as const;
type Encoding = keyof typeof CHARSETS;

const golden = (name: string): Promise<Buffer> =>
  readFile(new URL(`../../golden/exports.${name}.csv`, import.meta.url));
const textOf = (bytes: Uint8Array, encoding: Encoding): string =>
  new TextDecoder(encoding === 'shift_jis' ? 'shift_jis' : 'utf-8').decode(bytes);
const cellsOf = (text: string): readonly (readonly string[])[] =>
  parse(text, { bom: true, relaxColumnCount: true });

/** Letters that Windows' Shift_JIS alone has, and all that a table must put in quotes. */
const HARD = [
  ['髙橋商店', '㈱①', '～'],
  ['a,b', 'say "yes"', 'two\nlines'],
  ['007', '2024/01/31', '1.0'],
];

(missing === undefined ? describe : describe.skip)('files for ERPs, as LibreOffice opens them', () => {
  let folder = '';
  /** Each file as it was, and as LibreOffice shows it, every cell as text. */
  const shown = new Map<string, string>();
  const files: { readonly name: string; readonly encoding: Encoding; readonly bytes: Buffer }[] = [];

  /** Opens files of one encoding, and writes down their cells as UTF-8. */
  async function open(encoding: Encoding): Promise<void> {
    const texts = Array.from({ length: 60 }, (_, index) => `${index + 1}/2`).join('/');
    const out = join(folder, 'shown', encoding);
    await mkdir(out, { recursive: true });
    const own = files.filter((file) => file.encoding === encoding);
    for (const { name, bytes } of own) await writeFile(join(folder, `${name}.csv`), bytes);
    await promisify(execFile)('soffice', [
      `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`,
      '--headless',
      `--infilter=CSV:44,34,${CHARSETS[encoding]},1,${texts}`,
      '--convert-to',
      'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false',
      '--outdir',
      out,
      ...own.map(({ name }) => join(folder, `${name}.csv`)),
    ]);
    for (const { name } of own) shown.set(name, await readFile(join(out, `${name}.csv`), 'utf8'));
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'smartkey-tables-'));
    const { freee, moneyforward, yayoi, 'kanjo-bugyo': bugyo } = PRODUCT_TABLES;
    const add = async (name: string, encoding: Encoding): Promise<void> =>
      void files.push({ name, encoding, bytes: await golden(name) });
    await add(`canonical-csv.${CANONICAL.schemaVersion}`, 'utf-8-bom');
    await add(`freee.${freee.schemaVersion}`, 'utf-8-bom');
    await add(`moneyforward.${moneyforward.schemaVersion}`, 'utf-8-bom');
    await add(`yayoi.${yayoi.schemaVersion}`, 'shift_jis');
    await add(`kanjo-bugyo.${bugyo.schemaVersion}`, 'shift_jis');
    for (const encoding of ['utf-8-bom', 'shift_jis'] as const) {
      const encoder = new CsvEncoder(['a', 'b', 'c'], encoding, true);
      const bytes = Buffer.concat([encoder.head(), encoder.page(HARD)]);
      files.push({ name: `hard-${encoding}`, encoding, bytes });
    }
    await open('utf-8-bom');
    await open('shift_jis');
  }, 180_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    'canonical-csv.2',
    'freee.1',
    'moneyforward.1',
    'yayoi.1',
    'kanjo-bugyo.1',
    'hard-utf-8-bom',
    'hard-shift_jis',
  ])('%s: every cell is what was written', (name) => {
    const { bytes, encoding } = files.find((file) => file.name === name)!;
    const written = cellsOf(textOf(bytes, encoding));
    expect(written.length).toBeGreaterThan(3);
    expect(cellsOf(shown.get(name)!)).toEqual(written);
  });
});

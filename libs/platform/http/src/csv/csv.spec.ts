import { TextDecoder } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CSV_BOM, encodeCsv, unmappableIn, UnmappableCharacterError } from './csv-encoding.ts';
import { csvBytes, csvFile, type CsvFile } from './csv-file.ts';
import { csvRecord } from './csv-record.ts';

describe('a record of CSV (RFC 4180)', () => {
  it('quotes what needs it and ends with CRLF', () =>
    expect(csvRecord(['a', 'b,c', 'd"e', 'f\ng', ''])).toBe('a,"b,c","d""e","f\ng",\r\n'));

  it('no cell can run as a formula; negative amounts stay numbers', () =>
    expect(csvRecord(['=1+1', '+81', '@x', '-a', '\tx', '＝1', '-305', '-0.5'])).toBe(
      "'=1+1,'+81,'@x,'-a,'\tx,'＝1,-305,-0.5\r\n",
    ));

  it('is read again as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 5 }), (cells) => {
        const [read] = parse(csvRecord(cells), { relax_column_count: true }) as string[][];
        // A cell that already begins like one kept from being a formula is written as it stands.
        const unguarded = (cell: string) => cell.replace(/^'(?=[=+\-@\t\r＝＋－＠])/, '');
        expect(read!.map(unguarded)).toEqual(cells.map(unguarded));
      }),
    );
  });
});

describe('Shift_JIS as Windows has it (CP932)', () => {
  const decoder = new TextDecoder('shift_jis', { fatal: true });

  it.each([
    ['山田', [0x8e, 0x52, 0x93, 0x63]],
    ['ｱｲｳ', [0xb1, 0xb2, 0xb3]],
    ['①㈱髙', [0x87, 0x40, 0x87, 0x8a, 0xfb, 0xfc]],
    ['～－', [0x81, 0x60, 0x81, 0x7c]],
    ['∵￢', [0x81, 0xe6, 0x81, 0xca]],
    ['a\\~', [0x61, 0x5c, 0x7e]],
  ])('writes %s', (text, bytes) => {
    expect([...encodeCsv(text, 'shift_jis')]).toEqual(bytes);
    expect(decoder.decode(Uint8Array.from(bytes))).toBe(text);
  });

  it.each(['🔑', '\u301c', '¥', 'é', '\ue000', '\u{20bb7}'])(
    'has no place for %s, and makes nothing else of it',
    (text) => {
      expect(unmappableIn(`a${text}`, 'shift_jis')).toBe(text.codePointAt(0));
      expect(unmappableIn(text, 'utf-8-bom')).toBeUndefined();
      expect(() => encodeCsv(text, 'shift_jis')).toThrow(UnmappableCharacterError);
    },
  );

  it('what it has a place for is read again as it was', () => {
    const all = Array.from({ length: 0x10000 }, (_, codePoint) => String.fromCodePoint(codePoint)).filter(
      (character) => unmappableIn(character, 'shift_jis') === undefined,
    );
    // 6,879 of JIS X 0208, 83 of NEC, 374 of IBM, less what they share, and 128 + 63 of one byte.
    expect(all.length).toBeGreaterThan(7_400);
    expect(decoder.decode(encodeCsv(all.join(''), 'shift_jis')) === all.join('')).toBe(true);
  });
});

describe('CSV as every route answers it', () => {
  const file = (rows: readonly (readonly string[])[], more: Partial<CsvFile> = {}): CsvFile => ({
    name: 'x.csv',
    columns: ['row', 'externalId'],
    encoding: 'utf-8-bom',
    pages: async function* () {
      for (const row of rows) yield await Promise.resolve([row]);
    },
    ...more,
  });
  const bytesOf = async (given: CsvFile): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of (await csvFile(given)).getStream()) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };

  it('has a byte order mark, a header and CRLF, also without rows', async () => {
    expect((await bytesOf(file([]))).toString()).toBe(`${CSV_BOM}row,externalId\r\n`);
    const text = (
      await bytesOf(
        file([
          ['1', '山田'],
          ['2', '=1'],
        ]),
      )
    ).toString();
    expect(text).toBe(`${CSV_BOM}row,externalId\r\n1,山田\r\n2,'=1\r\n`);
    const { options } = await csvFile(file([]));
    expect(options).toMatchObject({
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="x.csv"',
    });
  });

  it('in Shift_JIS has no mark, and is what a whole file is', async () => {
    const rows = [['1', '山田']];
    const bytes = await bytesOf(file(rows, { encoding: 'shift_jis' }));
    expect(new TextDecoder('shift_jis').decode(bytes)).toBe('row,externalId\r\n1,山田\r\n');
    expect(bytes).toEqual(csvBytes(['row', 'externalId'], rows, 'shift_jis'));
    expect((await csvFile(file(rows, { encoding: 'shift_jis' }))).options.type).toBe(
      'text/csv; charset=shift_jis',
    );
  });

  it('names each cell that the encoding has no place for, before it answers anything', async () => {
    const rows = [
      ['1', 'a'],
      ['2', '🔑'],
      ['3', 'é'],
    ];
    const refused = {
      status: 422,
      code: 'not-encodable',
      more: {
        errors: [
          { pointer: '/rows/2/externalId', rule: 'shift_jis', detail: 'U+1F511 has no place in CP932.' },
          { pointer: '/rows/3/externalId', rule: 'shift_jis', detail: 'U+00E9 has no place in CP932.' },
        ],
      },
    };
    await expect(csvFile(file(rows, { encoding: 'shift_jis' }))).rejects.toMatchObject(refused);
    expect(() => csvBytes(['row', 'externalId'], rows, 'shift_jis')).toThrow(
      expect.objectContaining(refused) as unknown as Error,
    );
    const many = Array.from({ length: 500 }, () => ['1', '🔑']);
    await expect(csvFile(file(many, { encoding: 'shift_jis' }))).rejects.toMatchObject({
      more: { errors: { length: 100 } },
    });
  });

  it('what breaks the first page is refused before the answer begins', async () => {
    const broken = file([], {
      pages: async function* () {
        await Promise.resolve();
        throw new Error('the service is down');
      },
    });
    await expect(csvFile(broken)).rejects.toThrow('the service is down');
  });
});

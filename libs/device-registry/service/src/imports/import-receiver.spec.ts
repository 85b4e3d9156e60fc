import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CsvCharset } from '@smartkey/http';
import type { StoredRow } from './import-records.ts';
import { receiveFile } from './import-receiver.ts';

const HEADER = 'externalId,displayName,action\r\n';

async function receive(file: string | Uint8Array, chunk = 7, charset: CsvCharset = 'utf-8') {
  const bytes = Buffer.from(file);
  const rows: StoredRow[] = [];
  const chunks: number[] = [];
  const parts = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  );
  const result = await receiveFile(
    Readable.from(parts),
    async (kept) => {
      chunks.push(kept.length);
      rows.push(...kept);
      await Promise.resolve();
    },
    charset,
  );
  return { result, rows, chunks };
}

describe('RFC 4180: a file of IDs is read row by row', () => {
  it('takes a byte order mark, bare line feeds, quotes, empty lines, a last line without its end', async () => {
    const file = '\ufeffexternalId,displayName,action\n"ta""ro","山田, 太郎",register\r\n\nhana,,suspend';
    const { result, rows } = await receive(file);
    expect(result).toMatchObject({ ok: true, value: { total: 2 } });
    expect(rows).toEqual([
      {
        row: 1,
        externalId: 'ta"ro',
        displayName: '山田, 太郎',
        action: 'register',
        faultCode: null,
        faultDetail: null,
      },
      {
        row: 2,
        externalId: 'hana',
        displayName: null,
        action: 'suspend',
        faultCode: null,
        faultDetail: null,
      },
    ]);
  });

  it('reads the same however the bytes are cut', async () => {
    const file = `\ufeff${HEADER}山田,"太\r\n郎",register\r\n🔑,,resume\r\n`;
    const whole = await receive(file, 1000);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (chunk) => {
        expect(await receive(file, chunk)).toEqual(whole);
      }),
    );
  });

  it('keeps a fault with its row; the others go on', async () => {
    const file = `${HEADER}taro,,register\r\nhana,register\r\na\u0000b,,register\r\njiro,,fly\r\n,,register\r\ntaro,,suspend\r\n`;
    const { result, rows } = await receive(file);
    expect(result).toMatchObject({ ok: true, value: { total: 6 } });
    expect(rows.map(({ row, faultCode }) => [row, faultCode])).toEqual([
      [1, null],
      [2, 'ragged-row'],
      [3, 'external-id-characters'],
      [4, 'unknown-action'],
      [5, 'external-id-length'],
      [6, 'duplicate-in-file'],
    ]);
    expect(rows[2]!.externalId).toBe('a\ufffdb');
    expect(rows[5]!.faultDetail).toMatch(/Row 1/);
  });

  it('takes twins of Unicode for one external id', async () => {
    const { rows } = await receive(`${HEADER}e\u0301,,register\r\n\u00e9,,register\r\n`);
    expect(rows.map(({ faultCode }) => faultCode)).toEqual([null, 'duplicate-in-file']);
  });

  it.each([
    ['', 'missing-header'],
    ['\ufeff', 'missing-header'],
    ['taro,,register\r\n', 'unknown-column'],
    ['externalId,action,externalId\r\n', 'duplicate-column'],
    ['externalId,displayName\r\n', 'missing-column'],
    [`${HEADER}"taro,,register\r\n`, 'malformed-csv'],
    [`${HEADER}ta"ro,,register\r\n`, 'malformed-csv'],
    [`${HEADER}${'x'.repeat(10_000)},,register\r\n`, 'malformed-csv'],
    [`${HEADER}${','.repeat(10_000)}\r\n`, 'malformed-csv'],
  ])('refuses the file %j', async (file, code) => {
    expect((await receive(file, 1000)).result).toMatchObject({ ok: false, error: { kind: 'invalid', code } });
  });

  const bytesOf = (...parts: readonly (string | number[])[]): Buffer =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const YAMADA = [0x8e, 0x52, 0x93, 0x63];

  it('reads CP932 where it is told to, the same however the bytes are cut', async () => {
    // JIS X 0208, half-width kana (D0 B6 would be a letter in UTF-8), a row of NEC's and one of IBM's characters.
    const file = bytesOf(
      HEADER,
      [...YAMADA],
      ',"',
      [0xd0, 0xb6],
      ', ',
      [0x87, 0x8a],
      [0xfb, 0xfc],
      '",register\r\n',
      [0x81, 0x60],
      [0x81, 0x7c],
      '\\~,',
      [0x83, 0x5c],
      ',suspend\r\n',
    );
    for (let chunk = 1; chunk < 40; chunk += 1) {
      const { result, rows } = await receive(file, chunk, 'shift_jis');
      expect(result.ok).toBe(true);
      expect(rows.map(({ externalId, displayName, action }) => [externalId, displayName, action])).toEqual([
        ['山田', 'ﾐｶ, ㈱髙', 'register'],
        ['～－\\~', 'ソ', 'suspend'],
      ]);
    }
  });

  it.each<[string, Buffer, CsvCharset, string]>([
    ['UTF-8', bytesOf(HEADER, YAMADA, ',,register'), 'utf-8', 'Row 1'],
    ['UTF-8', bytesOf(HEADER, 'a,,register\r\n\r\nb,,register\r\n', [0xe5, 0xb1]), 'utf-8', 'Row 3'],
    ['UTF-8', bytesOf(HEADER, 'a,"x\r\ny",register\r\nb,"x\r\n', [0xff], '",register'), 'utf-8', 'Row 2'],
    ['UTF-8', bytesOf([0xff, 0xfe], HEADER, 'a,,register\r\n'), 'utf-8', 'The header'],
    ['UTF-8', bytesOf('externalId,', [0xe9], ',action\r\na,,register\r\n'), 'utf-8', 'The header'],
    [
      'Shift_JIS (CP932)',
      bytesOf(HEADER, 'a,,register\r\n', [0x85, 0x40], ',,register'),
      'shift_jis',
      'Row 2',
    ],
    ['Shift_JIS (CP932)', bytesOf(HEADER, 'a,,register\r\n', [0xa0], ',,register'), 'shift_jis', 'Row 2'],
    ['Shift_JIS (CP932)', bytesOf(HEADER, 'a,,register\r\nb,,register\r\n', [0x8e]), 'shift_jis', 'Row 3'],
  ])('refuses bytes that are not %s, and names the row', async (name, file, charset, where) => {
    for (const chunk of [1, 7, 1_000]) {
      const { result } = await receive(file, chunk, charset);
      expect(result).toMatchObject({
        ok: false,
        error: {
          kind: 'invalid',
          code: charset === 'utf-8' ? 'not-utf-8' : 'not-shift-jis',
          detail: `${where} is not ${name}.`,
        },
      });
    }
  });

  it('takes U+FFFD where it is written in UTF-8', async () => {
    expect((await receive(`${HEADER}a,\ufffd,register`)).result).toMatchObject({ ok: true });
  });

  it.each([
    [
      'an open quote, after records on several lines',
      '"a\r\nb",,register\r\n"c\r\n\r\nd",,x\r\n"e,,x\r\nf,,x\r\n',
      7,
    ],
    ['an open quote on the last line', 'a,,register\r\n"', 3],
    ['blank lines before', 'a,,register\r\n\r\n\n"b" c,,x\n', 5],
    ['bare line feeds and carriage returns', '"a\nb",,x\n"c\rd",,x\re"f,,x\n', 6],
    ['a row that is too long', `a,,x\r\n"b\r\n",,x\r\n"${'\r\n'.repeat(5000)}",,x\r\n`, 5],
    ['a line of commas', `a,,x\r\n\r\n${','.repeat(10_000)}\r\n`, 4],
  ])('names the line that it cannot be read from: %s', async (_, rows, line) => {
    const { result } = await receive(`${HEADER}${rows}`, 1000);
    expect(result).toMatchObject({ ok: false, error: { code: 'malformed-csv' } });
    expect(result.ok ? '' : result.error.detail).toContain(`from line ${line} on`);
  });

  it('gives everybody else a turn after 16 KiB, also of bytes that are all here already', async () => {
    let turns = 0;
    let done = false;
    const turn = (): void => {
      turns += 1;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    await receive(HEADER + '\r\n'.repeat(512 * 1024), 2 * 1024 * 1024);
    done = true;
    expect(turns).toBeGreaterThanOrEqual(64);
  });

  it('takes 100,000 rows in chunks of a thousand, and refuses one more', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `id-${index},,register`);
    const full = await receive(HEADER + lines.join('\n'), 65_536);
    expect(full.result).toMatchObject({ ok: true, value: { total: 100_000 } });
    expect(full.chunks).toHaveLength(100);
    const over = await receive(`${HEADER}${lines.join('\n')}\nid-x,,register`, 65_536);
    expect(over.result).toMatchObject({ ok: false, error: { code: 'too-many-rows' } });
  });

  it('tells the same bytes by their digest, and hands on what breaks the stream', async () => {
    const digest = async (file: string) => {
      const { result } = await receive(file);
      return result.ok ? result.value.digest : undefined;
    };
    expect(await digest(HEADER)).toBe(await digest(HEADER));
    expect(await digest(HEADER)).not.toBe(await digest(`${HEADER}a,,register`));
    const broken = Readable.from(
      (function* () {
        yield Buffer.from(HEADER);
        throw new Error('the client went away');
      })(),
    );
    await expect(receiveFile(broken, () => Promise.resolve())).rejects.toThrow('the client went away');
  });
});

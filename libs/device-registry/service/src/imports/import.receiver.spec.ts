import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredRow } from './import.records.ts';
import { receiveFile } from './import.receiver.ts';

const HEADER = 'externalId,displayName,action\r\n';

async function receive(file: string | Uint8Array, chunk = 7) {
  const bytes = Buffer.from(file);
  const rows: StoredRow[] = [];
  const chunks: number[] = [];
  const parts = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  );
  const result = await receiveFile(Readable.from(parts), async (kept) => {
    chunks.push(kept.length);
    rows.push(...kept);
    await Promise.resolve();
  });
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
  ])('refuses the file %j', async (file, code) => {
    expect((await receive(file, 1000)).result).toMatchObject({ ok: false, error: { kind: 'invalid', code } });
  });

  it('refuses bytes that are not UTF-8', async () => {
    const sjis = Buffer.concat([
      Buffer.from(HEADER),
      Buffer.from([0x8e, 0x52, 0x93, 0x63]),
      Buffer.from(',,register'),
    ]);
    expect((await receive(sjis)).result).toMatchObject({ error: { code: 'not-utf-8' } });
    expect(
      (await receive(Buffer.concat([Buffer.from(HEADER), Buffer.from([0xe5, 0xb1])]))).result,
    ).toMatchObject({
      error: { code: 'not-utf-8' },
    });
  });

  it('takes 100,000 rows in chunks of a thousand, and refuses one more', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `id-${index},,register`);
    const full = await receive(HEADER + lines.join('\n'), 65_536);
    expect(full.result).toMatchObject({ ok: true, value: { total: 100_000 } });
    expect(full.chunks).toHaveLength(100);
    const over = await receive(`${HEADER}${lines.join('\n')}\nid-x,,register`, 65_536);
    expect(over.result).toMatchObject({ ok: false, error: { code: 'too-many-rows' } });
  }, 30_000);

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

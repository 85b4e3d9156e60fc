/** How CSV is written: UTF-8 with a byte order mark, which spreadsheets need, or Shift_JIS as Windows has it (CP932). */
export const CSV_ENCODINGS = ['utf-8-bom', 'shift_jis'] as const;
export type CsvEncoding = (typeof CSV_ENCODINGS)[number];

export const CSV_BOM = '\ufeff';

/** The media type of CSV in an encoding. */
export const csvTypeOf = (encoding: CsvEncoding): string =>
  `text/csv; charset=${encoding === 'utf-8-bom' ? 'utf-8' : 'shift_jis'}`;

/** A character that an encoding has no place for. */
export class UnmappableCharacterError extends Error {
  override readonly name = 'UnmappableCharacterError';
  constructor(readonly codePoint: number) {
    super(`${nameOfCodePoint(codePoint)} has no place in Shift_JIS (CP932)`);
  }
}

/** `U+1F511`. */
export const nameOfCodePoint = (codePoint: number): string =>
  `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

let table: ReadonlyMap<string, number> | undefined;

/**
 * Codes of one or two bytes by what the decoder reads from them, so that whatever is written is read again as it was. Where
 * several are read as one character the first is written; those that NEC selected from IBM's (ED, EE) and what users define
 * (F0 to F9) never are (WHATWG Encoding, Shift_JIS).
 */
function codes(): ReadonlyMap<string, number> {
  if (table !== undefined) return table;
  const decoder = new TextDecoder('shift_jis');
  const made = new Map<string, number>();
  const add = (code: number, ...bytes: readonly number[]): void => {
    const read = decoder.decode(Uint8Array.from(bytes));
    if (!read.includes('\ufffd') && !made.has(read)) made.set(read, code);
  };
  for (let byte = 0; byte <= 0xdf; byte += 1) if (byte < 0x80 || byte > 0xa0) add(byte, byte);
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    const isSingle = lead > 0x9f && lead < 0xe0;
    if (isSingle || lead === 0xed || lead === 0xee || (lead >= 0xf0 && lead <= 0xf9)) continue;
    for (let trail = 0x40; trail <= 0xfc; trail += 1)
      if (trail !== 0x7f) add((lead << 8) | trail, lead, trail);
  }
  table = made;
  return made;
}

/** The first character of a text that the encoding has no place for. */
export const unmappableIn = (text: string, encoding: CsvEncoding): number | undefined =>
  unmappablesIn(text, encoding)[0];

/** Every character of a text that the encoding has no place for, each once, in their order. */
export function unmappablesIn(text: string, encoding: CsvEncoding): readonly number[] {
  if (encoding === 'utf-8-bom') return [];
  const without = [...text].filter((character) => !codes().has(character));
  return [...new Set(without)].map((character) => character.codePointAt(0)!);
}

/** A text as bytes; the mark at the beginning of a file is the caller's. @throws UnmappableCharacterError */
export function encodeCsv(text: string, encoding: CsvEncoding): Buffer {
  if (encoding === 'utf-8-bom') return Buffer.from(text, 'utf8');
  const bytes = Buffer.allocUnsafe(2 * text.length);
  let length = 0;
  for (const character of text) {
    const code = codes().get(character);
    if (code === undefined) throw new UnmappableCharacterError(character.codePointAt(0)!);
    if (code > 0xff) bytes[length++] = code >> 8;
    bytes[length++] = code & 0xff;
  }
  return bytes.subarray(0, length);
}

import { TextDecoder } from 'node:util';
import type { CsvCharset } from '@smartkey/http';
import { readable } from '@smartkey/lifecycle';

/** Stands for bytes that are no text of the charset; a file that holds the character itself in UTF-8 may hold it. */
const REPLACEMENT = '\ufffd';

/**
 * The text of a CSV file as its bytes arrive, its byte order mark dropped. Decodes strictly: at the first bytes that are none of
 * the charset the text ends, with U+FFFD in their place, and `broken` says so. (The decoder of Node.js is the one of
 * browsers; its Shift_JIS is CP932, checked in the spec.)
 */
export class CsvText {
  broken = false;
  private readonly strict: TextDecoder;
  /** Shows where the strict one stopped. */
  private readonly lenient: TextDecoder;

  constructor(charset: CsvCharset) {
    this.strict = new TextDecoder(charset, { fatal: true });
    this.lenient = new TextDecoder(charset);
  }

  async *of(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
    for await (const chunk of bytes) {
      yield this.decode(chunk);
      if (this.broken) return;
    }
    yield this.decode();
  }

  /** @param chunk none at the end. */
  private decode(chunk?: Buffer): string {
    const options = { stream: chunk !== undefined };
    const shown = this.lenient.decode(chunk, options);
    const text = readable(() => this.strict.decode(chunk, options), 'ERR_ENCODING_INVALID_ENCODED_DATA');
    if (text !== undefined) return text;
    this.broken = true;
    return shown.slice(0, Math.max(0, shown.indexOf(REPLACEMENT))) + REPLACEMENT;
  }
}

import { inflateSync } from 'node:zlib';

export interface PdfRef {
  readonly ref: number;
}
export interface PdfName {
  readonly name: string;
}
/** An operator of a content stream. */
export interface PdfWord {
  readonly word: string;
}
export type PdfDict = { readonly [key: string]: PdfValue };
export type PdfValue = PdfRef | PdfName | PdfWord | PdfDict | readonly PdfValue[] | string | number | Buffer;

const SPACE = /[\s\0]/;
const DELIMITER = /[\s\0()<>[\]{}/%]/;

/** Reads the syntax of PDF (ISO 32000-1, 7.3), as far as our own files use it. Hexadecimal strings are bytes. */
export class PdfReader {
  #at = 0;

  constructor(private readonly text: string) {}

  get at(): number {
    return this.#at;
  }

  /** The next value; `undefined` at the end. */
  next(): PdfValue | undefined {
    while (this.#at < this.text.length && SPACE.test(this.text[this.#at]!)) this.#at += 1;
    if (this.#at >= this.text.length) return undefined;
    if (this.#takes('<<')) return this.#dict();
    if (this.#takes('<')) return Buffer.from(this.#upTo('>').replace(/\s/g, ''), 'hex');
    if (this.#takes('[')) return this.#list(']');
    if (this.#takes('(')) return this.#string();
    if (this.#takes('/')) return { name: this.#bare() };
    const bare = this.#bare();
    if (bare === '') throw new Error(`unexpected ${this.text.slice(this.#at, this.#at + 20)}`);
    if (!/^[-+.\d]/.test(bare)) return { word: bare };
    const ref = /^ (\d+) R/.exec(this.text.slice(this.#at, this.#at + 12));
    if (ref === null || !/^\d+$/.test(bare)) return Number(bare);
    this.#at += ref[0].length;
    return { ref: Number(bare) };
  }

  #takes(sign: string): boolean {
    if (!this.text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #upTo(sign: string): string {
    const end = this.text.indexOf(sign, this.#at);
    const part = this.text.slice(this.#at, end);
    this.#at = end + sign.length;
    return part;
  }

  #bare(): string {
    const from = this.#at;
    while (this.#at < this.text.length && !DELIMITER.test(this.text[this.#at]!)) this.#at += 1;
    return this.text.slice(from, this.#at);
  }

  #list(end: string): readonly PdfValue[] {
    const values: PdfValue[] = [];
    for (;;) {
      while (SPACE.test(this.text[this.#at]!)) this.#at += 1;
      if (this.#takes(end)) return values;
      values.push(this.next()!);
    }
  }

  #dict(): PdfDict {
    const values = this.#list('>>');
    const dict: Record<string, PdfValue> = {};
    for (let index = 0; index < values.length; index += 2)
      dict[(values[index] as PdfName).name] = values[index + 1]!;
    return dict;
  }

  #string(): string {
    let bytes = '';
    for (let depth = 1; ;) {
      const sign = this.text[this.#at]!;
      this.#at += 1;
      if (sign === '\\') {
        const escaped = this.text[this.#at]!;
        this.#at += 1;
        bytes += { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }[escaped] ?? escaped;
        continue;
      }
      if (sign === '(') depth += 1;
      if (sign === ')' && (depth -= 1) === 0) break;
      bytes += sign;
    }
    return bytes.startsWith('\xfe\xff')
      ? Buffer.from(bytes.slice(2), 'latin1').swap16().toString('utf16le')
      : bytes;
  }
}

/** A file's objects, found by its table of offsets. */
export class PdfObjects {
  readonly #text: string;
  readonly #offsets: readonly number[];
  readonly trailer: PdfDict;

  constructor(private readonly bytes: Buffer) {
    this.#text = bytes.toString('latin1');
    const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(this.#text)![1]);
    const table = this.#text.slice(start);
    this.#offsets = [...table.matchAll(/(\d{10}) \d{5} [fn]/g)].map(([, offset]) => Number(offset));
    this.trailer = new PdfReader(table.slice(table.indexOf('trailer') + 7)).next() as PdfDict;
  }

  /** The value itself, where there is a reference to it. */
  get<T = PdfDict>(value: PdfValue | undefined): T {
    if (typeof value !== 'object' || !('ref' in value)) return value as T;
    return this.#reader((value as PdfRef).ref).next() as T;
  }

  /** What a stream holds, unpacked. */
  stream(value: PdfValue): Buffer {
    const { ref } = value as PdfRef;
    const reader = this.#reader(ref);
    const dict = reader.next() as PdfDict;
    const from = this.#text.indexOf('stream\n', this.#offsets[ref]!) + 'stream\n'.length;
    const bytes = this.bytes.subarray(from, from + this.get<number>(dict['Length']));
    return dict['Filter'] === undefined ? bytes : inflateSync(bytes);
  }

  #reader(ref: number): PdfReader {
    const body = this.#text.indexOf('obj', this.#offsets[ref]!) + 3;
    return new PdfReader(this.#text.slice(body, this.#text.indexOf('endobj', body)));
  }
}

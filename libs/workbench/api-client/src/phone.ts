import { createHmac } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytesOf(base32: string): Buffer {
  let bits = '';
  for (const letter of base32) bits += BASE32.indexOf(letter).toString(2).padStart(5, '0');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/**
 * An authenticator on a phone: made from the otpauth URI that an enrolment answers, it shows the code of an instant
 * (RFC 6238). Written apart from the server's own verifier, so that the one checks the other.
 */
export class Phone {
  readonly #secret: Buffer;
  readonly #algorithm: string;
  readonly #digits: number;
  readonly #period: number;

  constructor(otpauthUri: string) {
    const uri = new URL(otpauthUri);
    const setting = (name: string, otherwise: string): string => uri.searchParams.get(name) ?? otherwise;
    this.#secret = bytesOf(setting('secret', ''));
    this.#algorithm = setting('algorithm', 'SHA1').toLowerCase();
    this.#digits = Number(setting('digits', '6'));
    this.#period = Number(setting('period', '30'));
  }

  /** The code shown at an instant, `steps` time steps later. */
  codeAt(instant: string | Date, steps = 0): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(new Date(instant).getTime() / 1000 / this.#period) + steps));
    const mac = createHmac(this.#algorithm, this.#secret).update(counter).digest();
    const offset = mac[mac.length - 1]! & 0x0f;
    const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** this.#digits;
    return String(number).padStart(this.#digits, '0');
  }

  /** A code that no step around the instant has. */
  wrongCodeAt(instant: string | Date): string {
    const right = new Set([-2, -1, 0, 1, 2].map((step) => this.codeAt(instant, step)));
    let guess = 0;
    while (right.has(String(guess).padStart(this.#digits, '0'))) guess += 1;
    return String(guess).padStart(this.#digits, '0');
  }
}

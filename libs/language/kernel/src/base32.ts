/** Bytes as text of 32 letters, five bits each, without padding. */
export interface Base32 {
  encode(bytes: Uint8Array): string;
  /** @returns `undefined` for a text that `encode` never makes: other characters, padding, left-over bits that are not zero. */
  decode(text: string): Uint8Array | undefined;
}

const base32 = (alphabet: string): Base32 => ({
  encode(bytes) {
    let text = '';
    let buffer = 0;
    let bits = 0;
    for (const byte of bytes) {
      buffer = (buffer << 8) | byte;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text += alphabet[(buffer >>> bits) & 31];
      }
      buffer &= (1 << bits) - 1;
    }
    return bits > 0 ? text + alphabet[(buffer << (5 - bits)) & 31] : text;
  },

  decode(text) {
    const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
    let length = 0;
    let buffer = 0;
    let bits = 0;
    for (const character of text) {
      const value = alphabet.indexOf(character);
      if (value < 0) return undefined;
      buffer = (buffer << 5) | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[length++] = buffer >>> bits;
        buffer &= (1 << bits) - 1;
      }
    }
    return bits < 5 && buffer === 0 ? bytes : undefined;
  },
});

/** RFC 4648, section 6, in upper case: what authenticator apps read secrets in. */
export const BASE32 = base32('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');

/** Crockford's, in lower case: its order is the order of the bytes. */
export const CROCKFORD = base32('0123456789abcdefghjkmnpqrstvwxyz');

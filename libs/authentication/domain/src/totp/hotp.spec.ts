import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Hmac } from './hmac.port.ts';
import { hotp } from './hotp.ts';

const hmac: Hmac = (algorithm, key, message) =>
  createHmac(algorithm.toLowerCase(), key).update(message).digest();
const secret = new TextEncoder().encode('12345678901234567890');

describe('RFC 4226: one-time codes of a counter', () => {
  it.each([
    [0, '755224'],
    [1, '287082'],
    [2, '359152'],
    [3, '969429'],
    [4, '338314'],
    [5, '254676'],
    [6, '287922'],
    [7, '162583'],
    [8, '399871'],
    [9, '520489'],
  ])('appendix D: counter %i has the code %s', (counter, code) => {
    expect(hotp(hmac, 'SHA1', secret, counter, 6)).toBe(code);
  });

  it('5.2: the counter is 8 bytes, so counters 2^32 apart have codes of their own', () => {
    const messages: string[] = [];
    const spying: Hmac = (algorithm, key, message) => {
      messages.push(Buffer.from(message).toString('hex'));
      return hmac(algorithm, key, message);
    };
    hotp(spying, 'SHA1', secret, 1, 6);
    hotp(spying, 'SHA1', secret, 2 ** 32 + 1, 6);
    hotp(spying, 'SHA1', secret, Number.MAX_SAFE_INTEGER, 6);
    expect(messages).toEqual(['0000000000000001', '0000000100000001', '001fffffffffffff']);
    expect(hotp(hmac, 'SHA1', secret, 2 ** 32 + 1, 6)).not.toBe('287082');
  });

  it('5.3: a code keeps its leading zeros', () => {
    const small: Hmac = () => Uint8Array.from([0, 0, 0, 123, ...new Array<number>(16).fill(0)]);
    expect(hotp(small, 'SHA1', secret, 0, 6)).toBe('000123');
    expect(hotp(small, 'SHA1', secret, 0, 8)).toBe('00000123');
  });

  it('5.3: the top bit of the truncated number is cut, so that it is never negative', () => {
    const large: Hmac = () => Uint8Array.from([0xff, 0xff, 0xff, 0xff, ...new Array<number>(16).fill(0)]);
    expect(hotp(large, 'SHA1', secret, 0, 6)).toBe(String(0x7fffffff % 1_000_000).padStart(6, '0'));
  });

  it('reads a digest that lies inside a larger buffer', () => {
    const sliced: Hmac = (algorithm, key, message) => {
      const digest = hmac(algorithm, key, message);
      const larger = new Uint8Array(digest.length + 7).fill(9);
      larger.set(digest, 7);
      return larger.subarray(7);
    };
    expect(hotp(sliced, 'SHA1', secret, 0, 6)).toBe('755224');
  });
});

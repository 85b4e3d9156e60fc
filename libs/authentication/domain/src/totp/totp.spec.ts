import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { instantOf, type Instant, type TotpSettings, type TotpAlgorithm } from '@smartkey/kernel';
import fc from 'fast-check';
import { generateSync } from 'otplib';
import { BASE32 } from '@smartkey/kernel';
import { SECRET_BYTES, type Hmac } from './hmac.port.ts';
import { matchingSteps, stepAt, totp, type Period } from './totp.ts';

const hmac: Hmac = (algorithm, key, message) =>
  createHmac(algorithm.toLowerCase(), key).update(message).digest();
/** The seeds of RFC 6238, appendix B: the same digits, as long as the hash. */
const seed = (algorithm: TotpAlgorithm): Uint8Array =>
  new TextEncoder().encode('1234567890'.repeat(7).slice(0, { SHA1: 20, SHA256: 32, SHA512: 64 }[algorithm]));
const at = (seconds: number): Instant => instantOf(seconds * 1000);

describe('RFC 6238: one-time codes of a time', () => {
  it.each(Object.entries(SECRET_BYTES))(
    'RFC 4648: a secret for %s needs no padding in base 32',
    (_algorithm, bytes) => {
      expect(BASE32.encode(new Uint8Array(bytes)).length % 8).toBe(0);
    },
  );

  it.each<[number, string, string, string]>([
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ] as const)('appendix B: at %i s the codes are %s, %s, %s', (seconds, sha1, sha256, sha512) => {
    const codes = (['SHA1', 'SHA256', 'SHA512'] as const).map((algorithm) =>
      totp(hmac, { algorithm, digits: 8, period: 30 }, seed(algorithm), stepAt(at(seconds), 30)),
    );
    expect(codes).toEqual([sha1, sha256, sha512]);
  });

  it('makes the codes that otplib makes, for any secret, time and setting', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<TotpAlgorithm>('SHA1', 'SHA256', 'SHA512'),
        fc.constantFrom<6 | 8>(6, 8),
        fc.constantFrom<Period>(30, 60),
        fc.uint8Array({ minLength: 20, maxLength: 64 }),
        fc.integer({ min: 0, max: 2 ** 38 }),
        (algorithm, digits, period, secret, seconds) => {
          const oracle = generateSync({
            secret,
            algorithm: algorithm.toLowerCase() as 'sha1',
            digits,
            period,
            epoch: seconds,
          });
          const step = stepAt(at(seconds), period);
          expect(totp(hmac, { algorithm, digits, period }, secret, step)).toBe(oracle);
        },
      ),
      { numRuns: 1000 },
    );
  });

  const settings: TotpSettings = { algorithm: 'SHA1', digits: 6, period: 30 };
  const secret = seed('SHA1');
  const step = 1000;

  it('5.2: at every second of a step the codes one step off are accepted, two steps off are not', () => {
    for (let phase = 0; phase < 30; phase++) {
      const now = at(step * 30 + phase);
      const found = [-2, -1, 0, 1, 2].map((off) =>
        matchingSteps(hmac, settings, secret, totp(hmac, settings, secret, step + off), now),
      );
      expect(found).toEqual([[], [step - 1], [step], [step + 1], []]);
    }
  });

  it('computes every step of the window for every code, right, wrong or of another length', () => {
    let computed = 0;
    const counting: Hmac = (...of) => (computed++, hmac(...of));
    const codes = [-1, 0, 1].map((off) => totp(hmac, settings, secret, step + off));
    for (const code of [...codes, '000000', '12345678']) {
      computed = 0;
      matchingSteps(counting, settings, secret, code, at(step * 30));
      expect(computed).toBe(3);
    }
  });

  it('a code that two steps share stands for the later one, so that it is used up with both', () => {
    const constant: Hmac = () => new Uint8Array(20);
    expect(matchingSteps(constant, settings, secret, '000000', at(step * 30))).toEqual([
      step + 1,
      step,
      step - 1,
    ]);
  });

  it('at the beginning of time there is no step before the first', () => {
    const constant: Hmac = () => new Uint8Array(20);
    expect(matchingSteps(constant, settings, secret, '000000', at(0))).toEqual([1, 0]);
  });

  it('a code of another length than the device shows is none of its codes', () => {
    const eight = totp(hmac, { ...settings, digits: 8 }, secret, step);
    expect(matchingSteps(hmac, settings, secret, eight, at(step * 30))).toEqual([]);
    expect(matchingSteps(hmac, settings, secret, eight.slice(2), at(step * 30))).toEqual([step]);
  });

  it('the secrets of devices survive the way through base 32', () => {
    expect(BASE32.encode(secret)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  });
});

import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { keyIdOf, openText, sealText } from './sealed-text.ts';
import { SealBrokenError } from './secrets.port.ts';

const key = randomBytes(32);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('a sealed value', () => {
  it('opens to what was sealed, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (secret, context) => {
        expect(Buffer.from(openText(key, sealText('d1', key, secret, context), context))).toEqual(
          Buffer.from(secret),
        );
      }),
    );
  });

  it('names its key and has the documented form', () => {
    const sealed = sealText('d7', key, Buffer.from('secret'), 'owner');
    expect(sealed).toMatch(/^v1\.d7\.[\w-]{16}\.[\w-]{8}\.[\w-]{22}$/);
    expect(keyIdOf(sealed)).toBe('d7');
  });

  it('never looks the same twice', () => {
    const sealed = Array.from({ length: 100 }, () => sealText('d1', key, Buffer.from('same'), 'owner'));
    expect(new Set(sealed.map((value) => value.split('.')[2])).size).toBe(100);
    expect(new Set(sealed.map((value) => value.split('.')[3])).size).toBe(100);
  });

  it('does not open for another owner', () => {
    const sealed = sealText('d1', key, Buffer.from('secret'), 'account-1/device-1');
    for (const owner of ['account-1/device-2', 'account-2/device-1', '', 'account-1/device-1 '])
      expect(() => openText(key, sealed, owner)).toThrow(SealBrokenError);
  });

  it('does not open with another key', () => {
    const sealed = sealText('d1', key, Buffer.from('secret'), 'owner');
    expect(() => openText(randomBytes(32), sealed, 'owner')).toThrow(SealBrokenError);
  });

  it('does not open with any one character changed, left out or doubled', () => {
    const sealed = sealText('d1', key, Buffer.from('a secret of some length'), 'owner');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= ';
    for (let at = 0; at < sealed.length; at += 1) {
      const [before, after] = [sealed.slice(0, at), sealed.slice(at + 1)];
      for (const character of alphabet.replace(sealed[at]!, ''))
        expect(() => openText(key, before + character + after, 'owner')).toThrow(SealBrokenError);
      expect(() => openText(key, before + after, 'owner')).toThrow(SealBrokenError);
      expect(() => openText(key, before + sealed[at]! + sealed[at]! + after, 'owner')).toThrow(
        SealBrokenError,
      );
    }
  });

  it('does not open with any one bit of nonce, ciphertext or tag flipped', () => {
    const sealed = sealText('d1', key, Buffer.from('secret'), 'owner');
    const parts = sealed.split('.');
    for (const index of [2, 3, 4]) {
      const bytes = Buffer.from(parts[index]!, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        const altered = parts.with(index, flipped.toString('base64url')).join('.');
        expect(() => openText(key, altered, 'owner')).toThrow(SealBrokenError);
      }
    }
  });

  it('tells nothing of the secret, the key or the context when it fails', () => {
    const sealed = sealText('d1', key, Buffer.from('top-secret'), 'owner');
    const failure = () => openText(key, sealed, 'mallory');
    expect(failure).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/top-secret|mallory/) }),
    );
    expect(text(openText(key, sealed, 'owner'))).toBe('top-secret');
  });
});

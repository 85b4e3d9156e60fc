import { describe, expect, it } from '@jest/globals';
import { faultOfNewExternalId, parseDisplayName, parseExternalId } from './external-id.ts';

describe('Words: an account is the contract and the external id, exactly, after Unicode NFC', () => {
  it('brings twins of Unicode to one form, and nothing else', () => {
    expect(parseExternalId('e\u0301mile')).toEqual({ ok: true, value: '\u00e9mile' });
    expect(parseExternalId('が')).toEqual({ ok: true, value: 'が' });
    for (const text of ['Taro', 'taro', ' taro', 'Ａ', "' OR 1=1--", '🔑'])
      expect(parseExternalId(text)).toEqual({ ok: true, value: text });
  });

  it('counts characters, not code units', () => {
    expect(parseExternalId('🔑'.repeat(256)).ok).toBe(true);
    expect(parseExternalId('🔑'.repeat(257))).toMatchObject({
      error: { kind: 'invalid', code: 'external-id-length', pointer: '/externalId' },
    });
  });

  it.each(['', ' ', '\u3000'])('refuses an id with nothing in it: %j', (text) => {
    expect(parseExternalId(text)).toMatchObject({ error: { code: 'external-id-length' } });
  });

  it.each(['ta\u200bro', 'ta\u202eor', '\ufefftaro', 'taro\u3164', 'taro\u{e0100}'])(
    'gives nobody new an id that holds what is not seen: %j',
    (text) => {
      expect(parseExternalId(text).ok).toBe(true);
      expect(faultOfNewExternalId(text)).toMatchObject({
        error: { kind: 'invalid', code: 'external-id-characters', pointer: '/externalId', rule: 'UTS #39' },
      });
      expect(faultOfNewExternalId('taro')).toBeUndefined();
    },
  );

  it('takes no name with what is not seen, but one that chooses the shape of a letter', () => {
    expect(parseDisplayName('太\u202e郎')).toMatchObject({ error: { code: 'display-name-characters' } });
    expect(parseDisplayName('渡邉\u{e0100}').ok).toBe(true);
  });

  it.each(['a\u0000b', 'a\tb', 'a\nb', '\u007f', '\u0085', 'a\u2028b', '\ud800', 'a\udc00'])(
    'refuses control characters and broken Unicode: %j',
    (text) => {
      expect(parseExternalId(text)).toMatchObject({ error: { code: 'external-id-characters' } });
      expect(parseDisplayName(text)).toMatchObject({
        error: { code: 'display-name-characters', pointer: '/displayName' },
      });
    },
  );
});

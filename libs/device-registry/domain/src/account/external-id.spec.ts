import { describe, expect, it } from '@jest/globals';
import { parseDisplayName, parseExternalId } from './external-id.ts';

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

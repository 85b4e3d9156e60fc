import { describe, expect, it } from '@jest/globals';
import { isSeenName, isSeenWhole } from './visible-text.ts';

describe('a text that is seen whole', () => {
  it.each(['taro', '山田 太郎', 'José', '🔑', 'a-b_c.d@e', 'שלום', 'مرحبا', '　全角', 'ｶﾀｶﾅ', 'が'])(
    'is %j',
    (text) => {
      expect([isSeenWhole(text), isSeenName(text)]).toEqual([true, true]);
    },
  );

  it.each([
    ['zero-width space', 0x200b],
    ['zero-width joiner', 0x200d],
    ['word joiner', 0x2060],
    ['byte order mark', 0xfeff],
    ['soft hyphen', 0x00ad],
    ['combining grapheme joiner', 0x034f],
    ['Hangul filler', 0x3164],
    ['Mongolian vowel separator', 0x180e],
    ['left-to-right mark', 0x200e],
    ['Arabic letter mark', 0x061c],
    ['right-to-left override', 0x202e],
    ['pop directional formatting', 0x202c],
    ['right-to-left isolate', 0x2067],
    ['interlinear annotation anchor', 0xfff9],
    ['Braille blank', 0x2800],
    ['tag letter a', 0xe0061],
  ])('holds no %s', (_, codePoint) => {
    const strange = String.fromCodePoint(codePoint);
    for (const text of [`a${strange}b`, strange, `${strange}a`, `a${strange}`]) {
      expect([text, isSeenWhole(text)]).toEqual([text, false]);
      expect([text, isSeenName(text)]).toEqual([text, false]);
    }
  });

  it('a name may choose the shape of a letter, an id may not: two ids would look alike', () => {
    const watanabe = '渡邉\u{e0100}';
    expect([isSeenName(watanabe), isSeenWhole(watanabe)]).toEqual([true, false]);
    expect(isSeenName('\u{e0100}邉')).toBe(false);
    expect(isSeenName('邉\u{e0100}\u{e0101}')).toBe(false);
  });
});

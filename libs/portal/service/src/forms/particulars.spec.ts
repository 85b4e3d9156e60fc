import { describe, expect, it } from '@jest/globals';
import { particularsOf } from './particulars.ts';

describe('what a sentence says in particular', () => {
  it.each([
    ['Must be one line of text of 1 to 64 characters, none of them invisible.', '1〜64文字'],
    ['at most 300 yen', '300円まで'],
    ['The product takes at most 30 half-width characters; this has 33.', '30文字（半角）まで'],
    ['Must be at most 100 ids of contracts with commas between.', '100件まで'],
    ['Must be a non-negative decimal as text with at most 6 decimals.', '6桁（小数）まで'],
    ['at most 3 of something that has no word here', ''],
    ['Row 7 is about the same external id.', '7行目'],
    ['line 2', '2行目'],
    ['No font has U+20BB7.', '「𠮷」U+20BB7'],
    ['It has U+0007, which XML has no place for.', 'U+0007'],
    ['It says 100, and its parts come to 99.', '記載は100、計算では99'],
    ['2026-12-01 has not come yet', '2026年12月1日'],
    ['the application came later, at 2026-11-25T05:03:00.000Z', '2026年11月25日 14時03分'],
    ['2026-11 has not ended in Japan', '2026年11月'],
    ['a file has been made of SK-000000001 and SK-000000001', 'SK-000000001'],
    ['Tax is a whole amount of yen.', ''],
    ['', ''],
  ])('%s: %s', (detail, told) => expect(particularsOf(detail)).toBe(told));
});

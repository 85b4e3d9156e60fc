/** A letter as it is set: one code point, and the selector that chooses its shape, where there is one (邉 with U+E0100). */
export type SetLetter = string;

const SELECTOR = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const LETTERS = /[^\ufe00-\ufe0f\u{e0100}-\u{e01ef}][\ufe00-\ufe0f\u{e0100}-\u{e01ef}]?|[^]/gu;
/** Marks on what is no ideograph: composing a whole text would turn 神 (U+FA19) into another shape of a name. */
const MARKED = /[^\p{Script=Han}\p{M}]\p{M}+/gu;

/** Selectors are marks as well. */
const ANY_MARK = /\p{M}/u;

/** The letters of a text. A letter and its mark that have a code point of their own are one letter: か and U+3099 are が. */
export const lettersOf = (text: string): readonly SetLetter[] =>
  ANY_MARK.test(text)
    ? (text.replace(MARKED, (marked) => marked.normalize('NFC')).match(LETTERS) ?? [])
    : [...text];

/** The letter without what chooses its shape. */
export const plainLetter = (letter: SetLetter): number => letter.codePointAt(0)!;

export const hasSelector = (letter: SetLetter): boolean => SELECTOR.test(letter);

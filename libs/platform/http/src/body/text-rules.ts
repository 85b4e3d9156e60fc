/** C0 and C1 controls and DEL: none of them belongs into a text; tab and line ends are let through here. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const LINE_BREAK = /[\t\n\r\u2028\u2029]/;

/** Whether the text can be stored as UTF-8: no half of a surrogate pair. */
export const isWellFormed = (text: string): boolean => text.search(LONE_SURROGATE) === -1;

export const toWellFormed = (text: string): string => text.replace(LONE_SURROGATE, '\ufffd');

/** What is wrong with a text wherever it comes from, or undefined. Lone surrogates cannot be stored as UTF-8. */
export function faultOfText(text: string): string | undefined {
  if (CONTROL.test(text)) return 'Control characters are not accepted.';
  if (!isWellFormed(text)) return 'The text is not well-formed Unicode (a lone surrogate).';
  return undefined;
}

/** Whether the text stays on one line. */
export const isSingleLine = (text: string): boolean => !LINE_BREAK.test(text);

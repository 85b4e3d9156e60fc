/** A sentence in Japanese and beside it in English; the visitor reads one of them. */
export type Told = (ja: string, en: string) => string;

/** What people call something in Japanese, and beside it in English. */
export type Words = readonly [ja: string, en: string];

/** What each of some is called. */
export const called =
  <Name extends string>(words: Readonly<Record<Name, Words>>) =>
  (name: Name, t: Told): string => {
    const [ja, en]: Words = words[name];
    return t(ja, en);
  };

/** The same of those that have words here; another is told as it is. */
export const calledIfKnown =
  (words: Readonly<Record<string, Words>>) =>
  (name: string, t: Told): string => {
    const known = words[name];
    return known === undefined ? name : t(...known);
  };

export type Language = 'ja' | 'en';

export const LANGUAGE_COOKIE = 'smartkey-language';

export const told = (language: Language): Told => (language === 'ja' ? (ja) => ja : (_ja, en) => en);

/** What the visitor chose, else what the browser asks for first. Japanese where it says neither. */
export function languageOf(chosen: string | undefined, accepted: string | undefined): Language {
  if (chosen === 'ja' || chosen === 'en') return chosen;
  const first = (accepted ?? '')
    .split(',')
    .map((each) => each.trim().slice(0, 2).toLowerCase())
    .find((each) => each === 'ja' || each === 'en');
  return first === 'en' ? 'en' : 'ja';
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FontFace } from './font-face.ts';
import { FONT_FILES, type FontFile, type Weight } from './font-files.ts';
import { hasSelector, lettersOf, type SetLetter } from './letters.ts';

const { resolve } = createRequire(import.meta.url);

const loaded = new Map<string, FontFace>();

/** Read once in a process, as bytes: a path would take the file's times into a document. */
function faceOf({ name, package: of, file }: FontFile): FontFace {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const face = new FontFace(name, readFileSync(resolve(`${of}/${file}`)));
  loaded.set(name, face);
  return face;
}

/** Which face sets a letter, as far as it was asked. No more letters than a font has are kept. */
const faces: Readonly<Record<Weight, Map<SetLetter, FontFace>>> = { regular: new Map(), bold: new Map() };

/** The face that sets a letter; `undefined` where none has it. */
function faceFor(letter: SetLetter, weight: Weight): FontFace | undefined {
  const known = faces[weight].get(letter);
  if (known !== undefined) return known;
  for (const file of FONT_FILES[weight]) {
    const face = faceOf(file);
    if (!face.has(letter)) continue;
    if (!hasSelector(letter)) faces[weight].set(letter, face);
    return face;
  }
  return undefined;
}

/** A stretch of text that one face sets. */
export interface FontRun {
  readonly face: FontFace;
  readonly text: string;
}

/**
 * A text as stretches of one face each.
 * @throws RangeError for a letter that no face has; who sets text from outside asks `missingLetters` first
 */
export function runsOf(text: string, weight: Weight): readonly FontRun[] {
  const runs: { face: FontFace; text: string }[] = [];
  for (const letter of lettersOf(text)) {
    const face = faceFor(letter, weight);
    if (face === undefined) throw new RangeError(`no font has ${codePointOf(letter)}`);
    const last = runs.at(-1);
    if (last?.face === face) last.text += letter;
    else runs.push({ face, text: letter });
  }
  return runs;
}

/** Letters that no face has in one of the weights, each once, in order. */
export const missingLetters = (text: string): readonly SetLetter[] => [
  ...new Set(lettersOf(text).filter((letter) => !faceFor(letter, 'regular') || !faceFor(letter, 'bold'))),
];

/** `U+1F600`. */
export const codePointOf = (letter: SetLetter): string =>
  [...letter]
    .map((each) => `U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ');

/** Width in points. */
export function widthOf(text: string, size: number, weight: Weight, columnFigures = false): number {
  let width = 0;
  for (const letter of lettersOf(text)) width += faceFor(letter, weight)?.widthOf(letter, columnFigures) ?? 0;
  return width * size;
}

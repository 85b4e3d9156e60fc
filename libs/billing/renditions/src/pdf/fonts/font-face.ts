import { create, type Font } from 'fontkit';
import { hasSelector, lettersOf, plainLetter, type SetLetter } from './letters.ts';

interface SetGlyph {
  readonly id: number;
  /** In units of the font. */
  readonly advanceWidth: number;
}

/** What pdfkit reads of a run. */
interface Run {
  readonly glyphs: readonly (SetGlyph & { readonly codePoints: readonly number[] })[];
  readonly positions: readonly Position[];
  readonly advanceWidth: number;
}

/** pdfkit scales these in place. */
interface Position {
  xAdvance: number;
  yAdvance: number;
  xOffset: number;
  yOffset: number;
}

/** The feature by which figures are set in columns: each as wide as the widest. */
export const COLUMN_FIGURES = 'tnum';
const FIGURE = /^[0-9]$/;
/** Controls, surrogates and what has no form: also where a font has a glyph for them. */
const NEVER_SET = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A font that many documents share. Text is set letter by letter, without ligatures and kerning: what a document looks like, and its
 * bytes, then follow from its own text alone. fontkit's own layout keeps with each glyph the letters for which any document asked first.
 */
export class FontFace {
  readonly #font: Font;
  readonly #glyphs = new Map<SetLetter, SetGlyph>();
  readonly #figureWidth: number;
  readonly #unitsPerEm: number;
  /** What a PDF document registers as the font. */
  readonly source: object;

  constructor(
    readonly name: string,
    bytes: Buffer,
  ) {
    const font = create(bytes);
    this.#font = font;
    this.#unitsPerEm = font.unitsPerEm;
    this.#figureWidth = Math.max(...[...'0123456789'].map((figure) => this.#glyphOf(figure).advanceWidth));
    this.source = Object.create(font, {
      layout: { value: (text: string, features?: readonly string[]) => this.#layout(text, features) },
      createSubset: { value: () => font.createSubset() },
    }) as object;
  }

  has(letter: SetLetter): boolean {
    return !NEVER_SET.test(letter) && this.#font.hasGlyphForCodePoint(plainLetter(letter));
  }

  /** Width of a letter at 1 pt. */
  widthOf(letter: SetLetter, columnFigures = false): number {
    const units =
      columnFigures && FIGURE.test(letter) ? this.#figureWidth : this.#glyphOf(letter).advanceWidth;
    return units / this.#unitsPerEm;
  }

  #glyphOf(letter: SetLetter): SetGlyph {
    const known = this.#glyphs.get(letter);
    if (known !== undefined) return known;
    // Many shapes of each letter could be asked for: those are not kept.
    if (hasSelector(letter)) return measured(this.#font.layout(letter).glyphs[0]!);
    const glyph = measured(this.#font.glyphForCodePoint(plainLetter(letter)));
    this.#glyphs.set(letter, glyph);
    return glyph;
  }

  #layout(text: string, features: readonly string[] = []): Run {
    const inColumns = features.includes(COLUMN_FIGURES);
    const letters = lettersOf(text);
    const glyphs = letters.map((letter) => ({
      ...this.#glyphOf(letter),
      codePoints: [...letter].map((each) => each.codePointAt(0)!),
    }));
    const positions = letters.map((letter, index): Position => {
      const { advanceWidth } = glyphs[index]!;
      const xAdvance = inColumns && FIGURE.test(letter) ? this.#figureWidth : advanceWidth;
      return { xAdvance, yAdvance: 0, xOffset: (xAdvance - advanceWidth) / 2, yOffset: 0 };
    });
    return {
      glyphs,
      positions,
      get advanceWidth() {
        return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
      },
    };
  }
}

const measured = ({ id, advanceWidth }: SetGlyph): SetGlyph => ({ id, advanceWidth });

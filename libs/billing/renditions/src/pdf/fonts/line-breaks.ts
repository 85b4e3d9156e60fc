import LineBreaker from 'linebreak';
import { JOINER } from '../../sheet/words.ts';
import { lettersOf } from './letters.ts';
import type { Weight } from './font-files.ts';
import { widthOf } from './fonts.ts';

/**
 * A text in lines no wider than `width` points, by Unicode's rules (UAX #14, which know 禁則); a word that is wider than a line is
 * broken where the line ends. A line break in the text begins a line; a word joiner keeps what it stands in together, and is not set.
 */
export function linesOf(text: string, width: number, size: number, weight: Weight): readonly string[] {
  const lines: string[] = [];
  for (const part of text.split(/\r\n|[\n\r]/)) {
    let line = '';
    const fits = (more: string): boolean => widthOf((line + more).trimEnd(), size, weight) <= width;
    for (const joined of wordsOf(part)) {
      const word = joined.replaceAll(JOINER, '');
      if (fits(word)) {
        line += word;
        continue;
      }
      if (line !== '') lines.push(line.trimEnd());
      line = '';
      if (fits(word)) {
        line = word;
        continue;
      }
      for (const letter of lettersOf(word)) {
        if (line !== '' && !fits(letter)) {
          lines.push(line);
          line = '';
        }
        line += letter;
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

/** What a line may not be broken in, each with the spaces behind it. */
function* wordsOf(text: string): Generator<string> {
  const breaker = new LineBreaker(text);
  let from = 0;
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) {
    yield text.slice(from, next.position);
    from = next.position;
  }
}

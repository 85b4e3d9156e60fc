import { pointerStep } from './json-pointer.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Where the string that begins at `from` ends: the index behind its closing quote. The text is valid JSON. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE || Number.isNaN(code)) return at + 1;
  }
}

/** How many members the objects of a JSON text have as it is written, repeated names counted each time. */
export function writtenMembers(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else {
      if (code === COLON) count += 1;
      at += 1;
    }
  }
  return count;
}

interface Level {
  /** Of an object; undefined for a list. */
  readonly names: Set<string> | undefined;
  /** The member or the place in the list that is being read. */
  step: string | number;
}

const BEHIND_NAME = /[\t\n\r ]*:/y;

/**
 * The first member whose name its object has already, escapes resolved (`"a"` and `"\u0061"` are one name).
 * @param text valid JSON.
 * @returns its JSON pointer.
 */
export function duplicateMember(text: string): string | undefined {
  const levels: Level[] = [];
  for (let at = 0; at < text.length;) {
    const level = levels.at(-1);
    const character = text[at]!;
    const end = character === '"' ? endOfString(text, at) : at + 1;
    if (character === '{') levels.push({ names: new Set(), step: '' });
    else if (character === '[') levels.push({ names: undefined, step: 0 });
    else if (character === '}' || character === ']') levels.pop();
    else if (character === ',' && level !== undefined && typeof level.step === 'number') level.step += 1;
    else if (character === '"' && level?.names !== undefined) {
      BEHIND_NAME.lastIndex = end;
      if (BEHIND_NAME.test(text)) {
        level.step = JSON.parse(text.slice(at, end)) as string;
        if (level.names.has(level.step)) return levels.map(({ step }) => pointerStep(step)).join('');
        level.names.add(level.step);
      }
    }
    at = end;
  }
  return undefined;
}

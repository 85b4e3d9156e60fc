import { instantText, japaneseDay, monthText } from '../components/time.tsx';

/** What is counted in a sentence of the surface, in Japanese. */
const UNITS: Readonly<Record<string, string>> = {
  'half-width characters': '文字（半角）',
  'digits of an amount': '桁',
  'active devices': '台',
  decimals: '桁（小数）',
  ids: '件',
  characters: '文字',
  digits: '桁',
  bytes: 'バイト',
  yen: '円',
  rows: '行',
  lines: '行',
  items: '件',
  passkeys: '個',
  times: '回',
  months: 'か月',
  seconds: '秒',
};
const UNIT = ` (${Object.keys(UNITS).join('|')})\\b`;

const unitOf = (name: string | undefined): string => (name === undefined ? '' : UNITS[name]!);

/** What a sentence may say in particular, by how it is written; the first that fits at a place is taken. */
const KINDS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [
    /says (-?\d+(?:\.\d+)?),.* come to (-?\d+(?:\.\d+)?)/y,
    (said, comes) => `記載は${said}、計算では${comes}`,
  ],
  [
    new RegExp(`(\\d[\\d,.]*\\d|\\d) to (\\d[\\d,.]*\\d|\\d)(?:${UNIT})?`, 'y'),
    (least, most, unit) => `${least}〜${most}${unitOf(unit)}`,
  ],
  [new RegExp(`at most (\\d[\\d,.]*\\d|\\d)${UNIT}`, 'y'), (most, unit) => `${most}${unitOf(unit)}まで`],
  [/(?:[Rr]ow|[Ll]ine) (\d+)\b/y, (n) => `${n}行目`],
  [/U\+([0-9A-Fa-f]{4,6})\b/y, (code) => `${seen(parseInt(code, 16))}U+${code.toUpperCase()}`],
  [/\d{4}-\d{2}-\d{2}T[\d:.]+Z/y, (instant) => instantText(instant, 'ja')],
  [/\d{4}-\d{2}-\d{2}\b/y, japaneseDay],
  [/\d{4}-\d{2}\b/y, (month) => monthText(month, 'ja')],
  [/[A-Z][A-Z0-9]{0,5}-\d{9}\b/y, (number) => number],
];

/** A character that is to be seen, before its number. */
const seen = (codePoint: number): string => {
  if (codePoint > 0x10_ff_ff) return '';
  const character = String.fromCodePoint(codePoint);
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `「${character}」` : '';
};

/**
 * What an English sentence of the surface says that no general sentence can: bounds, days, characters, places. Its other words are
 * said by the sentence of the rule. Nothing where there is nothing of the kind.
 */
export function particularsOf(detail: string): string {
  const found: string[] = [];
  for (let at = 0; at < detail.length;) {
    const begins = at === 0 || !/[\w+-]/.test(detail[at - 1]!);
    const [taken, told] = (begins ? kindAt(detail, at) : undefined) ?? [1, undefined];
    if (told !== undefined && !found.includes(told)) found.push(told);
    at += taken;
  }
  return found.join('、');
}

function kindAt(detail: string, at: number): readonly [number, string] | undefined {
  for (const [pattern, tell] of KINDS) {
    pattern.lastIndex = at;
    const match = pattern.exec(detail);
    if (match !== null) return [match[0].length, tell(...(match.length > 1 ? match.slice(1) : match))];
  }
  return undefined;
}

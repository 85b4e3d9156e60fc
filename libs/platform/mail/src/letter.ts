import type { Mail } from './mail.ts';

/** What a mail says in one language: paragraphs of plain text. */
export interface Said {
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

/** A mail of words, in Japanese with English beside it. */
export interface Letter {
  /** Whom it addresses: 「山田 様」. */
  readonly name: string;
  readonly ja: Said;
  readonly en: Said;
  /** Opened by whoever reads it; the words say what it does. */
  readonly link?: string;
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign]!);
/** One line of at most 200 characters, as a subject is. */
const line = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, 200);

/** A line that is nothing but an address leads there; one in a sentence does not, for people may have typed it. */
const htmlOf = (said: string): string =>
  /^https?:\/\/\S+$/.test(said) ? `<a href="${escaped(said)}">${escaped(said)}</a>` : escaped(said);

const paragraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .filter((each) => each.trim() !== '')
    .map((each) => `<p>${each.trim().split('\n').map(htmlOf).join('<br>')}</p>`)
    .join('\n');

/** What parts the Japanese from the English beside it. */
const BESIDE = '\n--\n';

/**
 * A mail of words with the same words as a page: paragraphs by empty lines, English behind `--`. The page asks no other host for
 * anything.
 * @param text Japanese, a line `--`, English.
 */
export function withPage({
  subject,
  text,
}: Pick<Mail, 'subject' | 'text'>): Pick<Mail, 'subject' | 'text' | 'html'> {
  const [ja = '', ...en] = text.split(BESIDE);
  const html = `<!doctype html>
<html lang="ja">
<head><meta charset="utf-8"><title>${escaped(line(subject))}</title></head>
<body>
${paragraphs(ja)}
${en.length === 0 ? '' : `<hr>\n<div lang="en">\n${paragraphs(en.join(BESIDE))}\n</div>\n`}</body>
</html>
`;
  return { subject: line(subject), text, html };
}

/** The same words as text and as a page, which says the address of its link. */
export function writtenLetter({ name, ja, en, link }: Letter): Pick<Mail, 'subject' | 'text' | 'html'> {
  const opened = link === undefined ? [] : [link];
  const text = [`${name} 様`, ...ja.paragraphs, ...opened, `--\n${en.paragraphs.join('\n\n')}`].join('\n\n');
  return withPage({ subject: `${ja.subject} / ${en.subject}`, text: `${text}\n` });
}

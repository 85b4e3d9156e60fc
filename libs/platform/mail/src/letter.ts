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

const paragraphs = (all: readonly string[]): string =>
  all.map((each) => `<p>${escaped(each).replaceAll('\n', '<br>')}</p>`).join('\n');

/** The same words as text and as a page. The page asks no other host for anything, and says the address of its link. */
export function written({ name, ja, en, link }: Letter): Pick<Mail, 'subject' | 'text' | 'html'> {
  const opened = link === undefined ? [] : [link];
  const text = [`${name} 様`, ...ja.paragraphs, ...opened, `--\n${en.paragraphs.join('\n\n')}`].join('\n\n');
  const anchor = link === undefined ? '' : `<p><a href="${escaped(link)}">${escaped(link)}</a></p>\n`;
  const html = `<!doctype html>
<html lang="ja">
<head><meta charset="utf-8"><title>${escaped(ja.subject)}</title></head>
<body>
<p>${escaped(name)} 様</p>
${paragraphs(ja.paragraphs)}
${anchor}<hr>
<div lang="en">
${paragraphs(en.paragraphs)}
</div>
</body>
</html>
`;
  return { subject: line(`${ja.subject} / ${en.subject}`), text: `${text}\n`, html };
}

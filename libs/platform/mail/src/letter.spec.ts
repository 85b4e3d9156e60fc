import { describe, expect, it } from '@jest/globals';
import { withPage, writtenLetter } from './letter.ts';
import { mustBeSendable } from './mail.ts';

const letter = {
  name: '<b>山田</b>',
  ja: { subject: '解約のお申し込み', paragraphs: ['利用終了日は2026年12月25日です。', '一行目\n二行目'] },
  en: { subject: 'Notice', paragraphs: ['The last day is 2026-12-25.', 'A & B'] },
};

describe('a letter', () => {
  it('says the same as text and as a page, Japanese first', () => {
    const { subject, text, html } = writtenLetter({ ...letter, link: 'https://x.example/portal?a=1&b=2' });
    expect(subject).toBe('解約のお申し込み / Notice');
    for (const said of [...letter.ja.paragraphs, ...letter.en.paragraphs]) expect(text).toContain(said);
    expect(text).toContain('\nhttps://x.example/portal?a=1&b=2\n');
    expect(html).toContain('href="https://x.example/portal?a=1&amp;b=2"');
    expect(html).toContain('一行目<br>二行目');
    expect(html!.indexOf('利用終了日')).toBeLessThan(html!.indexOf('The last day'));
  });

  it('what people type is text in it, whatever it looks like', () => {
    const { text, html } = writtenLetter(letter);
    expect(text).toContain('<b>山田</b> 様');
    expect(html).toContain('&lt;b&gt;山田&lt;/b&gt; 様');
    expect(html).toContain('A &amp; B');
    expect(html).not.toMatch(/<b>|src=|http/);
  });

  it('of text that is written already has its page too; only a line that is an address leads there', () => {
    const text = '一行目\n二行目 http://typed.example/x\n\nhttps://x.example/a?b=1&c=2\n\n--\nIn English.\n';
    const { html, ...rest } = withPage({ subject: '件名 / Subject', text });
    expect(rest).toEqual({ subject: '件名 / Subject', text });
    expect(html).toContain('<p>一行目<br>二行目 http://typed.example/x</p>');
    expect(html).toContain('<a href="https://x.example/a?b=1&amp;c=2">');
    expect(html!.match(/<a /g)).toHaveLength(1);
    expect(html).toContain('<div lang="en">\n<p>In English.</p>');
  });

  it('is a mail that can be sent, however long its subject or whatever lies in it', () => {
    const ja = { subject: `${'長'.repeat(300)}\r\nBcc: x@example.jp`, paragraphs: [] };
    const mail = { to: 'a@example.jp', ...writtenLetter({ ...letter, ja }) };
    expect(() => mustBeSendable(mail)).not.toThrow();
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });
});

import { describe, expect, it } from '@jest/globals';
import { renderToString } from 'preact-render-to-string';
import { assetNamed } from '../assets/assets.ts';
import { numberText, yenText } from '../components/money.tsx';
import { Table } from '../components/table.tsx';
import { dayText, instantText, monthAfter } from '../components/time.tsx';
import { told } from '../visit/language.ts';
import { page } from './answer.ts';
import { errorPage } from './error-page.tsx';
import { Layout } from './layout.tsx';

const around = {
  language: 'ja' as const,
  t: told('ja'),
  me: {
    id: 'per_1',
    name: '<script>alert(1)</script>',
    session: 'ses_1',
    verified: true,
    roles: ['operator' as const],
    rights: [],
  },
  csrf: '"><img src=x onerror=alert(1)>',
  now: '2026-11-25T05:03:00Z',
  sandbox: true,
  path: '/portal',
  query: new URLSearchParams(),
};

describe('a page', () => {
  it('lets nothing through that people have typed, and has nothing inline', () => {
    const html = renderToString(
      <Layout
        page={page({
          title: '<b>x</b>',
          of: '株式会社"見本"',
          section: 'contracts',
          body: <p>{'</p><script>'}</p>,
        })}
        around={around}
      />,
    );
    expect(html).not.toMatch(/<script>|<img|<b>|<style|\sstyle=/);
    expect(html).toContain('value="&quot;>&lt;img src=x');
    expect(html).toContain('<title>&lt;b>x&lt;/b> – 株式会社&quot;見本&quot; – SmartKey</title>');
    expect(html).toContain('お試し環境です');
  });

  it.each([403, 404, 410, 413, 429, 503])(
    'of the error %i says what happened, what to do, and its number',
    (status) => {
      const found = errorPage(status, 'x', told('ja'), { id: 'request-1', retryAfter: 30 });
      const html = renderToString(<Layout page={found} around={around} />);
      expect(found.status).toBe(status);
      expect(html).toContain('request-1');
      expect(html).toContain('<h1>');
    },
  );

  it('has a style sheet whose colours are the design system’s alone', () => {
    const css = assetNamed('portal.css')!.text;
    expect(css).not.toMatch(/#[\da-f]{3,8}\b|rgba?\(|hsla?\(/i);
    const tokens = assetNamed('tokens.css')!.text;
    const named = new Set(tokens.match(/^\s*(--[\w-]+):/gm)?.map((each) => each.trim().slice(0, -1)));
    for (const [, used] of (css + tokens).matchAll(/var\((--[\w-]+)\)/g)) expect(named).toContain(used);
    expect(assetNamed('islands.js')!.text.length).toBeLessThan(10_000);
    expect(assetNamed('../assets.ts')).toBeUndefined();
  });
});

describe('the colours', () => {
  const tokens = assetNamed('tokens.css')!.text;
  const [light, dark] = [tokens.slice(0, tokens.indexOf('@media')), tokens.slice(tokens.indexOf('@media'))];
  const raw = new Map(
    [...tokens.matchAll(/(--color-[\w-]+):\s*(#[\da-f]{6})/g)].map(([, name, hex]) => [name!, hex!]),
  );
  const meanings = (text: string) =>
    new Map(
      [...text.matchAll(/^\s*(--[\w-]+): var\((--color-[\w-]+)\)/gm)].map(([, name, of]) => [
        name!,
        raw.get(of!)!,
      ]),
    );

  /** WCAG 2.2, relative luminance. */
  function luminance(hex: string): number {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  }
  function contrast(a: string, b: string): number {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high! + 0.05) / (low! + 0.05);
  }

  const TEXTS = [
    ['--text', '--page'],
    ['--text', '--surface'],
    ['--text-quiet', '--page'],
    ['--text-quiet', '--surface'],
    ['--link', '--page'],
    ['--link', '--surface'],
    ['--link', '--accent-soft'],
    ['--on-accent', '--accent'],
    ['--on-accent', '--accent-over'],
    ['--good', '--good-soft'],
    ['--good', '--page'],
    ['--warn', '--warn-soft'],
    ['--warn', '--page'],
    ['--bad', '--bad-soft'],
    ['--bad', '--page'],
    ['--page', '--bad'],
    ['--busy', '--busy-soft'],
    ['--busy', '--page'],
  ] as const;

  it.each([
    ['light', light],
    ['dark', light + dark],
  ])('of text reach 4.5 to 1, of controls 3 to 1: %s', (_scheme, text) => {
    const of = meanings(text);
    for (const [text, ground] of TEXTS)
      expect([text, ground, contrast(of.get(text)!, of.get(ground)!) >= 4.5]).toEqual([text, ground, true]);
    for (const line of ['--line-strong', '--accent'])
      expect(contrast(of.get(line)!, of.get('--page')!)).toBeGreaterThanOrEqual(3);
  });
});

describe('words for figures and times', () => {
  it('are those of Japan', () => {
    expect(yenText('-1234567')).toBe('−1,234,567円');
    expect(numberText('1101.708')).toBe('1,101.708');
    expect(dayText('2026-12-25', 'ja')).toBe('2026年12月25日（金）');
    expect(dayText('2026-12-25', 'en')).toBe('2026-12-25 (Fri)');
    expect(instantText('2018-01-31T15:00:00Z', 'ja')).toBe('2018年2月1日 0時00分');
    expect(monthAfter('2026-12')).toBe('2027-01');
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
  });

  it('a table without rows says what to do next', () => {
    const html = renderToString(
      <Table caption="ID" rows={[]} columns={[]} empty={<a href="/new">最初のIDを登録する</a>} />,
    );
    expect(html).toContain('最初のIDを登録する');
    expect(html).not.toContain('<table');
  });
});

import { jstDateTime } from './jst-date-time.ts';
import type { HistoryLine } from './history.ts';

const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);

/** What stands above a printed history. */
export interface HistoryHead {
  readonly contract: string;
  readonly asOf?: string | undefined;
  readonly knownAt?: string | undefined;
}

/** The beginning of the page; each event and the end follow. One file, no script, nothing from elsewhere. */
export const pageHead = ({ contract, asOf, knownAt }: HistoryHead): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<title>契約の履歴 ${escaped(contract)}</title>
<style>
body { font: 10pt/1.5 "BIZ UDPGothic", "Noto Sans JP", sans-serif; margin: 2em; }
article { border-top: 1px solid #666; padding: .5em 0; break-inside: avoid; }
h1 { font-size: 14pt; } h2 { font-size: 11pt; margin: 0; }
dl { display: grid; grid-template-columns: 9em 1fr; margin: 0; } dt { color: #444; } dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; } code { font-size: 8pt; }
</style>
</head>
<body>
<h1>契約の履歴 ${escaped(contract)}</h1>
<dl>
<dt>発生日時の上限</dt><dd>${escaped(asOf === undefined ? '指定なし' : jstDateTime(asOf))}</dd>
<dt>記録日時の上限</dt><dd>${escaped(knownAt === undefined ? '指定なし' : jstDateTime(knownAt))}</dd>
<dt>時刻</dt><dd>日本標準時</dd>
<dt>ハッシュ</dt><dd>SHA-256。直前のイベントのハッシュと、ログに記録されたイベントの正準形（RFC 8785）から求めたもの。</dd>
</dl>
`;

export function pageArticle(line: HistoryLine): string {
  const { log, stream, revision, position, type, version, actor, cause, termsVersion, data, hash, previous } =
    line;
  const rows: readonly (readonly [string, string])[] = [
    ['発生日時', jstDateTime(line.occurredAt)],
    ['記録日時', jstDateTime(line.recordedAt)],
    [
      '行為者',
      Object.entries(actor)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
        .join(', '),
    ],
    [
      '原因',
      cause.event === undefined
        ? `command ${cause.command}`
        : `event ${cause.event}, command ${cause.command}`,
    ],
    ['規約の版', termsVersion ?? '—'],
    ['ログ', `${log} ${stream} #${revision} @${position}`],
  ];
  return `<article>
<h2>${escaped(type)} v${version}</h2>
<dl>
${rows.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`).join('\n')}
<dt>内容</dt><dd><pre>${escaped(JSON.stringify(data, undefined, 1))}</pre></dd>
<dt>ハッシュ</dt><dd><code>${escaped(hash)}</code></dd>
<dt>直前のハッシュ</dt><dd><code>${escaped(previous)}</code></dd>
</dl>
</article>
`;
}

export const historyEnd = (events: number, broken: number): string => `<p>以上 ${events} 件。${
  broken === 0
    ? 'この契約のストリームのハッシュはすべて一致しました。'
    : `ハッシュの一致しないイベントが ${broken} 件あります。`
}</p>
</body>
</html>
`;

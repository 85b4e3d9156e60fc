import type { Fault, Refusal } from '../api/refusal.ts';
import type { Told } from '../visit/language.ts';
import { sentenceOfCode } from './code-words.ts';

/** What the surface's checks mean, for readers of Japanese; rules of the terms are named by their article. */
const RULES: Readonly<Record<string, string>> = {
  required: '入力が必要です。',
  pattern: '形式が正しくありません。',
  'plain-text': '使えない文字が含まれています。',
  length: '長さが正しくありません。',
  format: '形式が正しくありません。',
  'whole-yen': '円単位の整数で入力してください。',
  decimal: '数値の形式が正しくありません。',
  range: '範囲を超えています。',
  encoding: '文字コードで表せない文字があります。',
  shift_jis: 'Shift_JISで表せない文字があります。',
  formula: '表計算ソフトで式として実行される文字では始められません。',
  'character-without-font': '書体にない文字があります。',
  'export-failed': '当方の不具合により作成できませんでした。',
  'rendering-failed': '当方の不具合により作成できませんでした。',
  networks: 'ネットワークの形式が正しくありません。',
  'within-maker': '発行に使ったキーの許可する接続元の範囲内にしてください。',
  'not-in-export': 'このファイルに含まれない書類です。',
};

/** What a fault in a field is told as; in the surface's own words where there are none of ours. */
export function wordsOfFault({ rule, detail }: Fault, t: Told): string {
  const known =
    (Object.hasOwn(RULES, rule) ? RULES[rule] : sentenceOfCode(rule)) ??
    (/^第\d+条|^別紙/.test(rule) ? `${rule}により、この内容では受け付けられません。` : undefined);
  return t(known === undefined ? `内容を確かめてください（${detail}）` : `${known}（${detail}）`, detail);
}

/** Where a fault lies that is at no field of the form: 「SK-000000001 明細1 借方補助科目」. */
export function placeOfFault({ pointer }: Fault, t: Told): string {
  const [, number, line, field] = /^\/documents\/([^/]+)(?:\/lines\/(\d+))?\/(.+)$/.exec(pointer) ?? [];
  if (number === undefined) return '';
  return [number, line === undefined ? undefined : t(`明細${line}`, `line ${line}`), field]
    .filter((each) => each !== undefined)
    .join(' ');
}

/** The sentence for the whole. */
export function wordsOfRefusal({ code, detail, faults, status }: Refusal, t: Told): string {
  const known = sentenceOfCode(code);
  if (known !== undefined) return t(known, detail);
  if (faults.length > 0) return t('入力内容に誤りがあります。', 'Some of what you entered is not valid.');
  const article = /第\d+条(?:第?\d+項)?/.exec(detail)?.[0];
  return t(
    `受け付けられませんでした${article === undefined ? '' : `（${article}）`}。${status === 409 ? '現在の状態ではこの操作はできません。' : ''}（${detail}）`,
    detail,
  );
}

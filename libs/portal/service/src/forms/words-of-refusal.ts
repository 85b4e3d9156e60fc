import type { Fault, Refusal } from '../api/refusal.ts';
import type { Told } from '../visit/language.ts';

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
};

const CODES: Readonly<Record<string, string>> = {
  'already-registered': 'このIDはすでに登録されています。',
  'already-accepted': 'この申し込みはすでに承諾されています。',
  'stale-revision': '画面を開いた後に、ほかの人が変更しました。最新の内容を確かめてください。',
  'precondition-failed': '画面を開いた後に、ほかの人が変更しました。最新の内容を確かめてください。',
  'not-eligible': '申込者のIIJ IDサービス契約が確認できません（第3条）。',
  'month-not-ended': 'この月はまだ終わっていません。',
  'quote-missing': '新しいプランの料金提示がまだありません（第4条・別紙1）。先に料金を提示してください。',
  'notice-stands': 'すでに解約のお申し込みを受け付けています（第6条）。',
  'effective-day-changed': '画面を開いた後に日付が変わり、利用終了日が変わりました。もう一度ご確認ください。',
  'two-persons': 'ご自分が申請したものは承認できません。別の担当者が承認してください。',
  'same-person': 'ご自分が申請したものは承認できません。別の担当者が承認してください。',
  'wrong-code': 'コードが正しくありません。',
  'not-exportable':
    'この形式では表せない内容があります。別の形式か文字コードを選ぶか、会計連携の設定をご確認ください。',
  'idempotency-key-reused': 'この画面はすでに送信されています。最新の内容を確かめてください。',
};

/** What a fault in a field is told as; in the surface's own words where there are none of ours. */
export function wordsOfFault({ rule, detail }: Fault, t: Told): string {
  const known =
    RULES[rule] ??
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
  const known = CODES[code];
  if (known !== undefined) return t(known, detail);
  if (faults.length > 0) return t('入力内容に誤りがあります。', 'Some of what you entered is not valid.');
  const article = /第\d+条(?:第?\d+項)?/.exec(detail)?.[0];
  return t(
    `受け付けられませんでした${article === undefined ? '' : `（${article}）`}。${status === 409 ? '現在の状態ではこの操作はできません。' : ''}（${detail}）`,
    detail,
  );
}

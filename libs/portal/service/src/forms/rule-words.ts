/** What the surface's checks mean, for readers of Japanese. A spec compares them with those that the services name. */
const RULES: Readonly<Record<string, string>> = {
  // Of fields.
  required: '入力が必要です。',
  text: '文字で入力してください。長さと使える文字をご確認ください。',
  pattern: '形式が正しくありません。',
  'plain-text': '使えない文字が含まれています。',
  'external-id': 'IDとして使えない文字か、長さです。',
  id: '番号の形式が正しくありません。',
  ids: '番号の一覧が正しくありません。',
  email: 'メールアドレスの形式が正しくありません。',
  'one-of': '選べる値のどれかを選んでください。',
  'set-of': '選べる値から、重複なく選んでください。',
  object: '入力の形が正しくありません。',
  list: '件数か、入力の形が正しくありません。',
  yen: '円単位の整数で入力してください。',
  'whole-yen': '円単位の整数で入力してください。',
  decimal: '数値の形式が正しくありません。',
  'whole-number': '整数で、範囲内の値を入力してください。',
  'true-or-false': '「はい」か「いいえ」で入力してください。',
  'jst-day': '日付が正しくありません。',
  'service-month': '対象月が正しくありません。',
  'month-horizon': '先の月のため、まだ計算できません。',
  instant: '日時が正しくありません。',
  'future-instant': '先の日時を入力してください。',
  since: '起点の指定が正しくありません。',
  networks: 'ネットワークの形式が正しくありません。',
  'ip-address': 'IPアドレスの形式が正しくありません。',
  'unknown-field': 'この項目は受け付けられません。',
  'duplicate-member': '同じ項目が2回あります。',
  'either-or': 'どちらか一方だけを入力してください。',
  'nothing-asked': '変更する内容がありません。',
  'max-length': '長すぎます。短くしてください。',
  cursor: '一覧の続きを開けません。一覧の最初から開き直してください。',
  'known-provider': 'このログインの提供元は設定されていません。',
  'forward-only': '時刻は先へ進めることだけができます。',
  'within-maker': '発行に使ったキーの許可する接続元の範囲内にしてください。',
  // Of files that are taken in.
  charset: '文字コードは、UTF-8かShift_JISにしてください。',
  'import-header': '見出しの行が正しくありません。列の名前をご確認ください。',
  'import-size': 'ファイルが大きすぎるか、行数が多すぎます。分けて取り込んでください。',
  // Of files that are made.
  encoding: '文字コードで表せない文字があります。',
  shift_jis: 'Shift_JISで表せない文字があります。',
  formula: '表計算ソフトで式として実行される文字では始められません。',
  'amount-digits': '金額の桁数が、この製品で扱える範囲を超えています。',
  'tax-inclusive-only': 'この製品には、税込みの金額だけを書き出せます。',
  'not-in-export': 'このファイルに含まれない書類です。',
  'export-failed': '当方の不具合により作成できませんでした。',
  'rendering-failed': '当方の不具合により作成できませんでした。',
  'registry-unavailable': 'IDの台帳が応答していません。しばらくすると、自動でもう一度作成します。',
  'character-without-font': '書体にない文字があります。',
  'no-accounts': 'この書類は、アカウントの利用を含みません。',
  'billing-profile': '請求先の登録内容をご確認ください。',
  // Of e-invoices (JP PINT).
  'aligned-ibr-jp-01': '登録番号（Tと13桁の数字）が必要です。',
  'aligned-ibr-jp-04': '税区分を表せません。',
  'aligned-ibr-jp-06': '消費税額は、円単位の整数でなければなりません。',
  'aligned-ibrp-051-jp': '消費税額が、対象額と税率から計算した額と合いません。',
  'aligned-ibrp-cl-01-jp': '税区分のコードが使えません。',
  'ibr-016': '明細が一つもありません。',
  'ibr-027': '単価が0円を下回っています。',
  'ibr-030': '期間の終わりが、始まりより前になっています。',
  'ibr-085': '明細の期間が、書類の期間の外にあります。',
  'ibr-cl-25': '電子インボイスの宛先の種類が使えません。',
  'ibr-co-10': '税抜合計が、明細の合計と合いません。',
  'ibr-co-14': '消費税の合計が、税率ごとの合計と合いません。',
  'ibr-co-15': '請求額が、税抜合計と消費税の合計と合いません。',
  'breakdown-by-category': '税率ごとの内訳が、明細と合いません。',
  'quantity-by-price': '数量と単価をかけた額が、金額と合いません。',
  'rate-of-category': '税率が、税区分と合いません。',
  'xml-character': 'XMLで表せない文字があります。',
  // Of numbers that others give.
  適格請求書発行事業者の登録番号: '登録番号は、Tと13桁の数字です。検査用の数字が合っていません。',
};

/** Checks of JSON's own form, as the schema of a body names them. */
const OF_SCHEMAS = new Set(['type', 'enum', 'format', 'length', 'range', 'min-length', 'minimum', 'maximum']);

/** The sentence for a rule; nothing where it only says which text was broken. */
export function sentenceOfRule(rule: string): string | undefined {
  if (Object.hasOwn(RULES, rule)) return RULES[rule];
  if (OF_SCHEMAS.has(rule)) return '形式が正しくありません。';
  return /^第\d+条|^別紙|^附則/.test(rule) ? `${rule}により、この内容では受け付けられません。` : undefined;
}

/** All rules that have a sentence of their own. */
export const toldRules = (): readonly string[] => Object.keys(RULES);

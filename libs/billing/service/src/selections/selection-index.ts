import type { DocumentKind, Invoice } from '@smartkey/billing-domain';

/**
 * What an index says of each document: what it is looked for by (電子帳簿保存法: 取引年月日, 金額, 取引先), and which file it is. The day of a
 * transaction is the day of issue, beside the days of supply.
 */
export const INDEX_COLUMNS = [
  '番号',
  '種別',
  '取引年月日',
  '取引期間自',
  '取引期間至',
  '金額',
  '取引先',
  'ファイル名',
  'SHA-256',
  '電子インボイス',
  '電子インボイスSHA-256',
  '備考',
] as const;

const KINDS: Readonly<Record<DocumentKind, string>> = {
  invoice: '請求書',
  correction: '訂正',
  'credit-note': '適格返還請求書',
};

/** A file in the selection. */
export interface IndexedFile {
  readonly name: string;
  readonly sha256: string;
}

/** A document as a row of the index. */
export const indexRow = (
  { number, kind, issuedOn, period, total, recipient }: Invoice,
  { pdf, jpPint }: { readonly pdf: IndexedFile | undefined; readonly jpPint: IndexedFile | undefined },
): readonly string[] => [
  number,
  KINDS[kind],
  issuedOn,
  period.from,
  period.to,
  total,
  recipient.name,
  pdf?.name ?? '',
  pdf?.sha256 ?? '',
  jpPint?.name ?? '',
  jpPint?.sha256 ?? '',
  pdf === undefined ? 'PDFは未作成（記載事項不足）' : '',
];

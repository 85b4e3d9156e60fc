import { magnitude } from '@smartkey/money';
import { monthInWords, type CreditNote, type Invoice } from '@smartkey/billing-domain';
import type { PrintableDocument } from '../printable-document.ts';
import { correctionGrid } from './correction-grid.ts';
import { lineRows } from './line-rows.ts';
import { namesOf } from './names-of-documents.ts';
import { bankFacts, issuerOf, recipientLines } from './parties.ts';
import type { Fact, Grid, Sheet } from './sheet.ts';
import {
  dayInWords,
  figures,
  inclusive,
  isBelowZero,
  rateInWords,
  spanInWords,
  yenInWords,
} from './words.ts';

const isCreditNote = (document: Invoice | CreditNote): document is CreditNote =>
  document.kind === 'credit-note';

/** What stands on a document's pages. Pure: all of it is in the argument. */
export function sheetOf({ document, issuer, purchaseOrder }: PrintableDocument): Sheet {
  const paidBack = isBelowZero(document.total);
  const rates = ratesOf(document);
  const corrections = correctionGrid(document);
  const { bankAccount } = issuer;
  return {
    ...namesOf(document),
    number: document.number,
    facts: factsOf(document, purchaseOrder),
    recipient: recipientLines(document.recipient),
    issuer: issuerOf(document.issuer, issuer),
    opening: openingOf(document, paidBack),
    total: paidBack
      ? { label: 'ご返金金額 (税込)', value: yenInWords(magnitude(document.total)) }
      : { label: 'ご請求金額 (税込)', value: yenInWords(document.total) },
    due: { label: paidBack ? 'ご返金予定日' : 'お支払期限', value: dayInWords(document.dueOn) },
    lines: lineRows(document),
    ...(rates && { rates }),
    totals: totalsOf(document),
    ...(corrections && { corrections }),
    bank: paidBack || bankAccount === undefined ? [] : bankFacts(bankAccount),
    remarks: remarksOf(document),
  };
}

function factsOf(document: Invoice | CreditNote, purchaseOrder: string | undefined): readonly Fact[] {
  const { number, issuedOn, period, contract, corrects } = document;
  const supplied = spanInWords(period);
  return [
    { label: isCreditNote(document) ? '番号' : '請求書番号', value: number },
    { label: '発行日', value: dayInWords(issuedOn) },
    ...(isCreditNote(document)
      ? [
          { label: '返還等の合意日', value: dayInWords(document.agreedOn) },
          { label: '元の取引年月日', value: supplied },
        ]
      : [{ label: '取引年月日', value: supplied }]),
    ...(corrects === undefined
      ? []
      : [
          { label: '元の請求書', value: corrects.number },
          { label: '同 発行日', value: `${dayInWords(corrects.issuedOn)} (${monthInWords(corrects.month)})` },
        ]),
    ...(purchaseOrder === undefined ? [] : [{ label: '注文番号', value: purchaseOrder }]),
    { label: '契約番号', value: contract },
  ];
}

function openingOf({ kind, month }: Invoice, paidBack: boolean): string {
  const of = monthInWords(month);
  if (kind === 'credit-note') return `${of}のご利用料金について、下記のとおり値引いたします。`;
  if (kind === 'correction')
    return paidBack
      ? `${of}のご請求を下記のとおり訂正し、差額をご返金いたします。`
      : `${of}のご請求を下記のとおり訂正し、差額をご請求申し上げます。`;
  return `${of}のご利用料金を下記のとおりご請求申し上げます。`;
}

/** 2019-10 to 2023-09: totals per rate, tax included. From 2023-10: amount, rate and tax per rate. Before, no form asks for them. */
function ratesOf({ form, taxes }: Invoice): Grid | undefined {
  if (form === 'plain' || taxes.length === 0) return undefined;
  const categorised = form === 'categorised';
  return {
    title: '税率ごとの合計',
    head: [
      '税率',
      categorised ? '対価の額(税込)' : '対価の額(税抜)',
      categorised ? 'うち消費税額等' : '消費税額等',
    ],
    rows: taxes.map((row) => [
      rateInWords(row.taxCode, true),
      figures(categorised ? inclusive(row) : row.taxable),
      figures(row.tax),
    ]),
  };
}

function totalsOf({ form, taxes, net, tax, total }: Invoice): readonly Fact[] {
  const taxFacts =
    form === 'plain' && taxes.length > 0
      ? taxes
          .filter(({ taxCode }) => taxCode !== 'JP-OUT')
          .map((row) => ({ label: `消費税等 (${rateInWords(row.taxCode, false)})`, value: figures(row.tax) }))
      : [{ label: '消費税等', value: figures(tax) }];
  return [
    { label: '小計 (税抜)', value: figures(net) },
    ...taxFacts,
    { label: '合計 (税込)', value: figures(total) },
  ];
}

function remarksOf({ form, taxes, lines }: Invoice): readonly string[] {
  const remarks = ['単価および金額は税抜、単位は円です。'];
  if (lines.some(({ item }) => item === 'account-usage'))
    remarks.push(
      'アカウント使用料の数量は、アカウントごとの日割係数(利用日数÷暦日数、小数点第四位を切り捨て)の合計です。',
    );
  if (form !== 'plain' && taxes.some(({ taxCode }) => taxCode === 'JP-STD-8-2014'))
    remarks.push('旧8%は2019年9月30日までの標準税率であり、軽減税率ではありません。');
  return remarks;
}

import {
  monthInWords,
  type Corrects,
  type Ground,
  type Invoice,
  type TaxCode,
  type TaxGroup,
} from '@smartkey/billing-domain';
import type { Sheet } from './sheet.ts';
import { dayInWords, figures, rateInWords } from './words.ts';

const GROUNDS: Readonly<Record<Ground, string>> = { error: '誤りの訂正', agreement: '合意による変更' };

/**
 * The invoices that a document puts right, each once: number, day, month, and what it came to per rate before the document and comes
 * to after it.
 */
export function correctionGrid({ lines, form, kind }: Invoice): Sheet['corrections'] {
  const originals = new Map<string, { readonly corrects: Corrects; readonly grounds: Set<Ground> }>();
  for (const { corrects } of lines) {
    if (corrects === undefined) continue;
    const known = originals.get(corrects.number);
    if (known === undefined)
      originals.set(corrects.number, { corrects, grounds: new Set([corrects.ground]) });
    else known.grounds.add(corrects.ground);
  }
  if (originals.size === 0) return undefined;
  const [before, after] = kind === 'credit-note' ? ['値引前', '値引後'] : ['訂正前', '訂正後'];
  return {
    title: kind === 'credit-note' ? '対象の請求書と値引前後の金額' : '元の請求書と訂正前後の金額',
    head: ['請求書番号', '発行日', '対象月', '税率', `${before} 税抜`, '消費税', `${after} 税抜`, '消費税'],
    rows: [...originals.values()].flatMap(({ corrects }) => rowsOf(corrects, form !== 'plain')),
    notes:
      kind === 'credit-note'
        ? []
        : [...originals.values()].map(
            ({ corrects, grounds }) =>
              `${corrects.number} の事由: ${[...grounds].map((ground) => GROUNDS[ground]).join('、')}`,
          ),
  };
}

function rowsOf(
  { number, issuedOn, month, wrong, right }: Corrects,
  isOld: boolean,
): readonly (readonly string[])[] {
  const codes = [...new Set([...wrong, ...right].map(({ taxCode }) => taxCode))];
  return codes.map((taxCode) => [
    number,
    dayInWords(issuedOn),
    monthInWords(month),
    rateInWords(taxCode, isOld),
    ...amountsOf(wrong, taxCode),
    ...amountsOf(right, taxCode),
  ]);
}

function amountsOf(rows: readonly TaxGroup[], taxCode: TaxCode): readonly [string, string] {
  const row = rows.find((each) => each.taxCode === taxCode);
  return [figures(row?.taxable ?? '0'), figures(row?.tax ?? '0')];
}

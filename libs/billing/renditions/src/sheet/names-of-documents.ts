import type { Invoice } from '@smartkey/billing-domain';
import { isBelowZero } from './words.ts';

/**
 * What a document is called, by kind and by the form of its month: 請求書 to 2019-09, 区分記載請求書 to 2023-09, 適格請求書 from
 * 2023-10. A correction that lowers a rate of a qualified month is a 適格返還請求書 as well.
 */
export function namesOf(document: Invoice): { readonly title: string; readonly legalName?: string } {
  const { kind, form } = document;
  if (kind === 'credit-note') return { title: form === 'qualified' ? '適格返還請求書' : '返還請求書' };
  const title = kind === 'correction' ? '訂正請求書' : '請求書';
  const legalName = legalNameOf(document);
  return legalName === undefined ? { title } : { title, legalName };
}

/** What a document is called in a sentence. */
export const documentTitle = (document: Invoice): string => namesOf(document).title;

function legalNameOf({ kind, form, taxes }: Invoice): string | undefined {
  if (form === 'plain') return undefined;
  if (form === 'categorised') return '区分記載請求書';
  const amounts = taxes.flatMap(({ taxable, tax }) => [taxable, tax]);
  if (kind !== 'correction' || !amounts.some(isBelowZero)) return '適格請求書';
  return amounts.every((amount) => isBelowZero(amount) || amount === '0')
    ? '適格返還請求書'
    : '適格請求書・適格返還請求書';
}

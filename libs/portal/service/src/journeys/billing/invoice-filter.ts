import { chosen, dayIn, monthIn } from '../../visit/query.ts';

export const KINDS = ['invoice', 'correction', 'credit-note'] as const;

/** What an address searches documents by, as the surface takes it. */
export const invoiceFilter = (query: URLSearchParams) => ({
  ...optional('month', monthIn(query, 'month')),
  ...optional('kind', chosen(query, 'kind', KINDS)),
  ...optional('from', dayIn(query, 'from')),
  ...optional('to', dayIn(query, 'to')),
  ...optional('minTotal', amountIn(query, 'minTotal')),
  ...optional('maxTotal', amountIn(query, 'maxTotal')),
  ...optional('party', query.get('party')?.trim().slice(0, 200) || undefined),
});

const optional = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Each in Name]?: Value } => (value === undefined ? {} : { [name]: value }) as { [Each in Name]?: Value };

/** Whole yen, also below zero; full-width digits, commas and 円 are taken. */
function amountIn(query: URLSearchParams, name: string): string | undefined {
  const text =
    query
      .get(name)
      ?.normalize('NFKC')
      .replace(/[−–]/g, '-')
      .replace(/[,\s円]/g, '') ?? '';
  if (!/^-?\d{1,15}$/.test(text)) return undefined;
  return String(BigInt(text));
}

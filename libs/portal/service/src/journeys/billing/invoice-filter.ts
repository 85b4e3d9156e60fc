import { chosen, dayIn, isUnread, monthIn } from '../../visit/query.ts';

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

/** What of it could not be read: of which kind it should have been, by field. */
export const unreadOf = (query: URLSearchParams) =>
  ({
    month: isUnread(query, 'month', monthIn(query, 'month')) && 'month',
    from: isUnread(query, 'from', dayIn(query, 'from')) && 'day',
    to: isUnread(query, 'to', dayIn(query, 'to')) && 'day',
    minTotal: isUnread(query, 'minTotal', amountIn(query, 'minTotal')) && 'amount',
    maxTotal: isUnread(query, 'maxTotal', amountIn(query, 'maxTotal')) && 'amount',
  }) as const;

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

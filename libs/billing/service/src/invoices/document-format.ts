/** What a document is answered as. */
export type DocumentFormat = 'json' | 'csv' | 'pdf' | 'xml';

const BY_SUFFIX = ['csv', 'pdf', 'xml'] as const;
const BY_TYPE: Readonly<Record<string, DocumentFormat>> = {
  'application/json': 'json',
  'text/csv': 'csv',
  'application/pdf': 'pdf',
  'application/xml': 'xml',
  'text/xml': 'xml',
};

/** The last step of a path, `SK-000000001.pdf`: the number, and the format by its suffix, else by `Accept`, the first that is known. */
export function documentAsked(
  step: string,
  accept: string | undefined,
): { readonly number: string; readonly format: DocumentFormat } {
  const suffix = BY_SUFFIX.find((format) => step.endsWith(`.${format}`));
  if (suffix !== undefined) return { number: step.slice(0, -suffix.length - 1), format: suffix };
  const types = (accept ?? '').toLowerCase().split(',');
  const format = types
    .map((type) => BY_TYPE[type.split(';', 1)[0]!.trim()])
    .find((known) => known !== undefined);
  return { number: step, format: format ?? 'json' };
}

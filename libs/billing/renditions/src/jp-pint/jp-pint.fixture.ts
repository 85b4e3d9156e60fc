import { readFileSync } from 'node:fs';
import type { PrintableDocument } from '../printable-document.ts';

interface Golden {
  readonly what: string;
  readonly printable: PrintableDocument;
}

/** Documents as they were issued, with all that a file needs: every kind, form and shape of line. */
export const GOLDEN: readonly Golden[] = (
  JSON.parse(readFileSync(new URL('../../golden/printable-documents.json', import.meta.url), 'utf8')) as {
    readonly documents: readonly Golden[];
  }
).documents;

/** Those of months that have a JP PINT file. */
export const WITH_FILE = GOLDEN.filter(({ printable }) => printable.document.month >= '2023-10');

export function golden(what: string): PrintableDocument {
  const found = GOLDEN.find((each) => each.what === what);
  if (found === undefined) throw new Error(`there is no golden document “${what}”`);
  return found.printable;
}

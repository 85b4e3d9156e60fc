import { readFileSync } from 'node:fs';
import type { PrintableDocument } from '../printable-document.ts';

interface Golden {
  readonly what: string;
  readonly printable: PrintableDocument;
}

/** Documents as they were issued, with all that their files show: one of each form and kind. */
export const GOLDEN_DOCUMENTS: readonly Golden[] = (
  JSON.parse(readFileSync(new URL('../../golden/documents.json', import.meta.url), 'utf8')) as {
    readonly documents: readonly Golden[];
  }
).documents;

export function goldenDocument(what: string): PrintableDocument {
  const found = GOLDEN_DOCUMENTS.find((each) => each.what === what);
  if (found === undefined) throw new RangeError(`no golden document of ${what}`);
  return found.printable;
}

import type { PrintableDocument } from '../printable-document.ts';
import { codePointOf, missingLetters } from './fonts/fonts.ts';

/** A character that no font has. */
export interface MissingCharacter {
  /** JSON pointer into the document: `/recipient/name`. */
  readonly field: string;
  readonly character: string;
  /** `U+1F600`. */
  readonly codePoint: string;
}

/** A document holds characters that no font has: none of its pages is written. */
export class MissingCharactersError extends Error {
  override readonly name = 'MissingCharactersError';

  constructor(
    readonly document: string,
    /** At least one. */
    readonly missing: readonly MissingCharacter[],
  ) {
    const named = missing.slice(0, 10).map(({ field, codePoint }) => `${codePoint} in ${field}`);
    const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
    super(`${document} cannot be written as PDF: no font has ${named.join(', ')}${more}`);
  }
}

/** @throws MissingCharactersError that names all of them */
export function mustBeSettable(
  document: string,
  texts: Iterable<readonly [field: string, text: string]>,
): void {
  const missing: MissingCharacter[] = [];
  for (const [field, text] of texts)
    for (const character of missingLetters(text.replace(/[\r\n]/g, '')))
      missing.push({ field, character, codePoint: codePointOf(character) });
  if (missing.length > 0) throw new MissingCharactersError(document, missing);
}

/** All texts of a document that came from outside, by field. */
export function* textsOf({
  document,
  issuer,
  purchaseOrder,
}: PrintableDocument): Generator<readonly [string, string]> {
  const { recipient, lines, number, contract } = document;
  yield ['/number', number];
  yield ['/contract', contract];
  yield* textsIn('/recipient', recipient);
  yield ['/issuer/name', document.issuer.name];
  const { bankAccount, postalCode, address, phone } = issuer;
  yield* textsIn('/issuer', { postalCode, address, phone });
  if (bankAccount !== undefined) yield* textsIn('/issuer/bankAccount', bankAccount);
  if (purchaseOrder !== undefined) yield ['/purchaseOrder', purchaseOrder];
  for (const [index, { description }] of lines.entries()) yield [`/lines/${index}/description`, description];
}

function* textsIn(field: string, part: object): Generator<readonly [string, string]> {
  for (const [name, text] of Object.entries(part))
    if (typeof text === 'string') yield [`${field}/${name}`, text];
}

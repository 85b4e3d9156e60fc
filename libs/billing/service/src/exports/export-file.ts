import type { ExportEncoding } from '@smartkey/billing-domain';

const ASCII = /^[\u0000-\u007f]*$/;

/** A text that the asked encoding cannot hold. */
export class NotEncodableError extends Error {
  override readonly name = 'NotEncodableError';
}

/**
 * The bytes of a file. The canonical columns hold ids, days, codes and amounts, all ASCII, which Shift_JIS shares; anything else
 * is refused rather than written as a question mark.
 */
export function encoded(text: string, encoding: ExportEncoding): Uint8Array {
  if (encoding === 'utf-8-bom') return Buffer.from(`\ufeff${text}`, 'utf8');
  if (!ASCII.test(text)) throw new NotEncodableError('the file holds characters beyond ASCII');
  return Buffer.from(text, 'latin1');
}

export const contentTypeOf = (encoding: ExportEncoding): string =>
  encoding === 'utf-8-bom' ? 'text/csv; charset=utf-8' : 'text/csv; charset=shift_jis';

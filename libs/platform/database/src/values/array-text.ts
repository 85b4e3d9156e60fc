/** Nearly no text holds what must be escaped, and a look is cheaper than a replacement. */
const quoted = (text: string): string =>
  text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;

/**
 * An array of SQL in its text form.
 * @param textOf an element in its own text form, `null` for none.
 */
export const arrayText = <Element>(
  elements: readonly Element[],
  textOf: (element: Element) => string | null,
): string => `{${elements.map((element) => elementText(element, textOf(element))).join(',')}}`;

/** Numbers are read faster without quotes, and need none. */
function elementText(element: unknown, text: string | null): string {
  if (text === null) return 'NULL';
  return typeof element === 'number' || typeof element === 'bigint' ? text : quoted(text);
}

/** The elements of a one-dimensional array of SQL in its text form. */
export function arrayElements(text: string): (string | null)[] {
  const elements: (string | null)[] = [];
  const elementPattern = /"((?:[^"\\]|\\.)*)"|([^{},"]+)/gs;
  for (const [, inQuotes, bare] of text.matchAll(elementPattern)) {
    if (inQuotes !== undefined) elements.push(inQuotes.replace(/\\(.)/gs, '$1'));
    else elements.push(bare === 'NULL' ? null : bare!);
  }
  return elements;
}

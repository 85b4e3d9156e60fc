/** One element of an array of SQL in its text form. */
export function arrayText(elements: readonly (string | null)[]): string {
  return `{${elements.map((text) => (text === null ? 'NULL' : quoted(text))).join(',')}}`;
}

/** Nearly no text holds what must be escaped, and a look is cheaper than a replacement. */
const quoted = (text: string): string =>
  text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;

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

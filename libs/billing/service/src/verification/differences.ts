/** One value that two documents do not share, by JSON pointer (RFC 6901). */
export interface ValueDifference {
  readonly pointer: string;
  readonly issued?: unknown;
  readonly derived?: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Where two JSON values differ, leaf by leaf. */
export function differencesOf(issued: unknown, derived: unknown, pointer = ''): readonly ValueDifference[] {
  if (isObject(issued) && isObject(derived) && Array.isArray(issued) === Array.isArray(derived)) {
    const names = new Set([...Object.keys(issued), ...Object.keys(derived)]);
    return [...names].flatMap((name) => {
      const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
      return differencesOf(issued[name], derived[name], `${pointer}/${step}`);
    });
  }
  if (Object.is(issued, derived)) return [];
  return [{ pointer, ...(issued !== undefined && { issued }), ...(derived !== undefined && { derived }) }];
}

/** One of the values that a filter may have; nothing where the address names another. */
export function chosen<Value extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const given = query.get(name);
  return values.find((value) => value === given);
}

export const monthIn = (query: URLSearchParams, name: string): string | undefined =>
  matching(query, name, /^\d{4}-(0[1-9]|1[0-2])$/);

export const dayIn = (query: URLSearchParams, name: string): string | undefined =>
  matching(query, name, /^\d{4}-\d{2}-\d{2}$/);

function matching(query: URLSearchParams, name: string, form: RegExp): string | undefined {
  const given = query.get(name)?.normalize('NFKC').trim();
  return given !== undefined && form.test(given) ? given : undefined;
}

/** The place in a list that the address names. */
export const cursorIn = (query: URLSearchParams): { cursor?: string } => {
  const cursor = query.get('cursor');
  return cursor === null || cursor === '' ? {} : { cursor };
};

/** What has just been done, where the address tells it. */
export const doneIn = <What extends string>(
  query: URLSearchParams,
  words: Readonly<Record<What, string>>,
): string | undefined => {
  const done = query.get('done');
  return done !== null && Object.hasOwn(words, done) ? words[done as What] : undefined;
};

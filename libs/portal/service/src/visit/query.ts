/** One of the values that a filter may have; nothing where the address names another. */
export function chosen<Value extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const given = query.get(name);
  return values.find((value) => value === given);
}

/** What an address may search by: the values that there are, or how long a text is at most. */
type Sought = Readonly<Record<string, readonly string[] | number>>;

/** What it searches by, without what it leaves out and what there is not. */
export function soughtIn<const By extends Sought>(
  query: URLSearchParams,
  by: By,
): { readonly [Name in keyof By]?: By[Name] extends readonly (infer Value)[] ? Value : string } {
  const found = Object.entries(by).map(([name, known]) => [
    name,
    typeof known === 'number' ? query.get(name)?.trim().slice(0, known) : chosen(query, name, known),
  ]);
  return Object.fromEntries(found.filter(([, value]) => value)) as never;
}

export const monthIn = (query: URLSearchParams, name: string): string | undefined =>
  matching(query, name, /^\d{4}-(0[1-9]|1[0-2])$/);

export function dayIn(query: URLSearchParams, name: string): string | undefined {
  const day = matching(query, name, /^\d{4}-\d{2}-\d{2}$/);
  if (day === undefined) return undefined;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : undefined;
}

/** An instant in Japan, as people write it: 2026-11-25 12:00, or a day alone for its beginning. */
export function instantIn(query: URLSearchParams, name: string): string | undefined {
  const given = (query.get(name) ?? '').normalize('NFKC').trim();
  const [, day, hour = '0', minute = '00'] = /^(\S+?)(?:[ T]+(\d{1,2}):(\d{2}))?$/.exec(given) ?? [];
  const known = day === undefined ? undefined : dayIn(new URLSearchParams({ day }), 'day');
  if (known === undefined || Number(hour) > 23 || Number(minute) > 59) return undefined;
  return `${known}T${hour.padStart(2, '0')}:${minute}:00+09:00`;
}

/** Whether something was given that could not be read: it is told, and not taken as nothing. */
export const isUnread = (query: URLSearchParams, name: string, read: string | undefined): boolean =>
  read === undefined && (query.get(name)?.trim() ?? '') !== '';

function matching(query: URLSearchParams, name: string, form: RegExp): string | undefined {
  const given = query.get(name)?.normalize('NFKC').trim();
  return given !== undefined && form.test(given) ? given : undefined;
}

/** So many rows of a list are shown at once. */
export const PER_PAGE = 50;

/** The page of a list that the address names: from which place on, and how many. */
export const pageIn = (query: URLSearchParams): { readonly limit: number; readonly cursor?: string } => {
  const cursor = query.get('cursor');
  return { limit: PER_PAGE, ...(cursor !== null && cursor !== '' && { cursor }) };
};

/** What has just been done, where the address tells it. */
export const doneIn = <What extends string>(
  query: URLSearchParams,
  words: Readonly<Record<What, string>>,
): string | undefined => {
  const done = query.get('done');
  return done !== null && Object.hasOwn(words, done) ? words[done as What] : undefined;
};

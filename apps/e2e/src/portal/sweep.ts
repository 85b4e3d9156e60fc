import type { Came, HttpVisitor } from './http-visitor.ts';

/** A form as it stands on a page. */
export interface Form {
  readonly action: string;
  readonly method: string;
  /** Names and values; of choices each that may be chosen. */
  readonly fields: readonly { readonly name: string; readonly kind: string; readonly value: string }[];
}

export interface Swept {
  readonly path: string;
  /** The page that led there. */
  readonly from: string;
  readonly came: Came;
  readonly forms: readonly Form[];
}

/** Pages of one kind that are looked at: the next hundred are made by the same lines. */
const OF_A_KIND = 2;

const decoded = (text: string): string =>
  text
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

/** What screen an address is one of: ids, numbers, months and places stand for any. */
export const kindOf = (path: string): string =>
  path
    .replace(/\b[a-z]{3}_[0-9a-z]{20,}/g, '{id}')
    .replace(/\bSK-[\w-]+/g, '{number}')
    .replace(/\d{4}-\d{2}(-\d{2})?/g, '{month}')
    .replace(/(lines|conditions)\/\d+/g, '$1/{n}')
    .replace(/=[^&#]*/g, '=')
    .replace(/#.*/, '');

/** Every page that can be reached by links from the first one, some of each kind. Files are left aside. */
export async function sweep(visitor: HttpVisitor, first: readonly string[]): Promise<readonly Swept[]> {
  const seen = new Set<string>();
  const ofKind = new Map<string, number>();
  const waiting = first.map((path) => ({ path, from: 'here' }));
  const swept: Swept[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { path, from } = next;
    const kind = kindOf(path);
    const before = ofKind.get(kind) ?? 0;
    if (seen.has(path) || before >= OF_A_KIND) continue;
    seen.add(path);
    ofKind.set(kind, before + 1);
    const came = await visitor.get(path);
    const location = came.headers.location;
    if (location !== undefined && location.startsWith('/portal'))
      waiting.push({ path: location, from: path });
    const isPage = String(came.headers['content-type']).startsWith('text/html');
    swept.push({ path, from, came, forms: isPage ? formsIn(came.text) : [] });
    if (isPage) for (const link of linksIn(came.text)) waiting.push({ path: link, from: path });
  }
  return swept;
}

/** Links to other pages of ours. */
const linksIn = (html: string): readonly string[] =>
  [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)]
    .map(([, href]) => decoded(href!).replace(/#.*/, ''))
    .filter((href) => href.startsWith('/portal') && !/\.(csv|pdf|xml|zip)\b|\/file(\?|$)/.test(href));

function formsIn(html: string): readonly Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, body]) => ({
    action: decoded(/action="([^"]*)"/.exec(head!)?.[1] ?? ''),
    method: /method="([^"]*)"/.exec(head!)?.[1] ?? 'get',
    fields: [
      ...[...body!.matchAll(/<(input|textarea|select)\b([^>]*)>/g)].flatMap(([, tag, attributes]) => {
        const name = /\bname="([^"]*)"/.exec(attributes!)?.[1];
        const type = /\btype="([^"]*)"/.exec(attributes!)?.[1] ?? tag!;
        const value = decoded(/\bvalue="([^"]*)"/.exec(attributes!)?.[1] ?? '');
        return name === undefined ? [] : [{ name, kind: type, value }];
      }),
      ...[...body!.matchAll(/<button\b[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"/g)].map(
        ([, name, value]) => ({
          name: name!,
          kind: 'button',
          value: decoded(value!),
        }),
      ),
    ],
  }));
}

/** What a browser would post of a form that nobody changed. */
export function untouched({ fields }: Form): Record<string, string> {
  const posted: Record<string, string> = {};
  for (const { name, value } of fields) posted[name] ??= value;
  return posted;
}

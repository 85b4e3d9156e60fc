import { createHash } from 'node:crypto';

const NAMES = new Map<string, string>();

/**
 * Marks a statement as one to be parsed only once per connection, under a name. For hot paths: a text made of parts that
 * vary would fill the server's memory.
 * @returns the text itself, to be passed to `query` and `execute`.
 */
export function prepared(name: string, text: string): string {
  const holder = NAMES.get(text);
  if (holder !== undefined && holder !== name)
    throw new TypeError(`${name} is prepared already, as ${holder}`);
  NAMES.set(text, name);
  return text;
}

/**
 * The name of a prepared statement; none for others. The schemas are part of it: the same text under other schemas may
 * give columns of other types, which PostgreSQL refuses under one name.
 */
export function statementName(text: string, searchPath: string): string | undefined {
  const name = NAMES.get(text);
  if (name === undefined) return undefined;
  const full = `${name}@${searchPath}`;
  // PostgreSQL would cut a longer one.
  return full.length <= 63 ? full : createHash('sha256').update(full).digest('hex').slice(0, 63);
}

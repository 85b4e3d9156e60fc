import { isUtf8 } from 'node:buffer';
import { searchable } from '@smartkey/kernel';
import type { DeadLetterView } from '@smartkey/runtime';

/** Whether a dead letter names somebody: `unknown` where what is kept of it is no text, or not all of it. */
export type Naming = 'named' | 'not-named' | 'unknown';

/**
 * Looks for a text, an external id or a name for instance, in headers and value of a record that nobody could read. In upper or lower case, however its Unicode is
 * composed, and also where JSON writes it with `\u`.
 */
export function namingOf(
  { headers, value, valueBytes }: Pick<DeadLetterView, 'headers' | 'value' | 'valueBytes'>,
  text: string,
): Naming {
  const wanted = searchable(text);
  const bytes = value === null ? Buffer.alloc(0) : Buffer.from(value, 'base64');
  const texts = [...Object.values(headers), bytes.toString('utf8')].flatMap((each) => [each, unescaped(each)]);
  if (texts.some((each) => searchable(each).includes(wanted))) return 'named';
  return isUtf8(bytes) && bytes.length === valueBytes ? 'not-named' : 'unknown';
}

/** Also of JSON that is broken off: what it writes as `\u` is looked at as what it means. */
const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

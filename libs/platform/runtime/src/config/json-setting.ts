import { duplicateMember } from '@smartkey/http';
import { readable } from '@smartkey/lifecycle';
import { ConfigurationError } from '@smartkey/configuration';

/** A setting that is written as JSON. @throws ConfigurationError where it is none, or names a member twice. */
export function jsonSetting(name: string, text: string): unknown {
  const read = readable(() => ({ value: JSON.parse(text) as unknown }), 'SyntaxError');
  if (read === undefined) throw new ConfigurationError(name, 'must be JSON');
  const twice = duplicateMember(text);
  if (twice !== undefined) throw new ConfigurationError(name, `names ${twice} twice`);
  return read.value;
}

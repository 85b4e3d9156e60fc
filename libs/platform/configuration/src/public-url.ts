import { ConfigurationError } from './configuration-error.ts';
import { type Environment, setting } from './setting.ts';

/**
 * `SMARTKEY_PUBLIC_URL`: where people's browsers reach this system; links, cookies and what may call are told by it alone, never by
 * what a request says of its host.
 * @returns its origin: `https://smartkey.example.jp`, or `http://localhost:3000`; nothing where it is not set.
 * @throws ConfigurationError
 */
export function publicUrlSetting(env: Environment): string | undefined {
  const text = setting(env, 'SMARTKEY_PUBLIC_URL');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new ConfigurationError('SMARTKEY_PUBLIC_URL', 'must be a URL: https://smartkey.example.jp');
  if (url.protocol === 'http:' && url.hostname !== 'localhost')
    throw new ConfigurationError(
      'SMARTKEY_PUBLIC_URL',
      'must begin with https:// unless its host is localhost',
    );
  if (url.href !== `${url.origin}/`)
    throw new ConfigurationError(
      'SMARTKEY_PUBLIC_URL',
      'must be a host, and a port where it is another than usual, alone',
    );
  return url.origin;
}

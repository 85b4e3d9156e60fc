import type { FastifyRequest } from 'fastify';

/** What becomes of a request for a page by the host that it names. */
export type HostVerdict =
  | { readonly kind: 'serve' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'refuse' };

/**
 * Pages are for the public URL's host alone. Whoever typed the loopback address is led to the name: an address is no relying party, so
 * nobody could sign in with a passkey there.
 */
export function judgeHost(
  request: Pick<FastifyRequest, 'method' | 'url' | 'headers'>,
  publicUrl: string,
): HostVerdict {
  const { host: wanted, hostname, port } = new URL(publicUrl);
  const { host } = request.headers;
  if (host === wanted) return { kind: 'serve' };
  const byAddress = hostname === 'localhost' && host === `127.0.0.1${port === '' ? '' : `:${port}`}`;
  if (byAddress && (request.method === 'GET' || request.method === 'HEAD'))
    return { kind: 'redirect', to: publicUrl + request.url };
  return { kind: 'refuse' };
}

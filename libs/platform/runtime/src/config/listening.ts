import { once } from 'node:events';
import { createServer, isIP } from 'node:net';
import { ConfigurationError, type Environment, portSetting, setting } from '@smartkey/configuration';
import { codeOf } from '@smartkey/lifecycle';

/** Where a program listens. */
export interface ListeningSettings {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** A name of the DNS: letters, digits and hyphens between dots; underscores, which resolvers take as well. */
const NAME = /^(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*\.?$/;

/** `SMARTKEY_HOST` (the loopback address by default) and `PORT`. @throws ConfigurationError */
export function listeningSettings(env: Environment, port = 3000): ListeningSettings {
  const host = setting(env, 'SMARTKEY_HOST') ?? '127.0.0.1';
  if (/^\[.*\]$/.test(host))
    throw new ConfigurationError(
      'SMARTKEY_HOST',
      `must be an address without brackets: ${host.slice(1, -1)}`,
    );
  if (isIP(host.split('%')[0]!) === 0 && !NAME.test(host))
    throw new ConfigurationError('SMARTKEY_HOST', `must be an address or a name, not "${host}"`);
  return { host, port: portSetting(env, port) };
}

/** How a URL names a place to listen at. */
export const urlOf = ({ host, port }: ListeningSettings): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * Listens there for a moment: better known now than when everything else has been opened.
 * @throws ConfigurationError
 */
export async function proveListening(place: ListeningSettings): Promise<void> {
  const server = createServer();
  try {
    server.listen({ ...place, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  } catch (error) {
    throw listeningError(place, error);
  }
}

/** What a failure to listen is told as. */
export function listeningError({ host, port }: ListeningSettings, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new ConfigurationError('PORT', `${port} is in use by another program`);
    case 'EACCES':
      return new ConfigurationError('PORT', `${port} may not be listened on by this user`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NONAME':
      return new ConfigurationError('SMARTKEY_HOST', `names what cannot be resolved: "${host}"`);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return new ConfigurationError('SMARTKEY_HOST', `is no address of this machine: "${host}"`);
    default:
      return error;
  }
}

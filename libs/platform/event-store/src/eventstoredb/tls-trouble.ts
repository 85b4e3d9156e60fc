import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';

/** Why no encrypted connection comes about. `unknown-authority` also where nobody has signed the certificate but itself. */
export type TlsTrouble =
  'unknown-authority' | 'other-name' | 'not-valid-now' | 'no-tls-there' | 'only-tls-there';

const HANDSHAKE_MILLIS = 2_000;

/**
 * Shakes hands with the servers that a connection string names, one after another, to learn why they cannot be reached: the
 * client reports a node with an untrusted certificate as not found.
 * @returns `undefined` where it is nothing of that kind.
 */
export async function tlsTrouble(connectionString: string): Promise<TlsTrouble | undefined> {
  const { hosts, tls = true, tlsCAFile } = parseConnectionString(connectionString);
  for (const { address, port } of hosts) {
    const trouble = tls
      ? troubleOf(
          await handshake(address, port, tlsCAFile === undefined ? {} : { ca: readFileSync(tlsCAFile) }),
        )
      : (await handshake(address, port, { rejectUnauthorized: false })) === 'done'
        ? 'only-tls-there'
        : undefined;
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

function troubleOf(end: 'done' | 'silence' | NodeJS.ErrnoException): TlsTrouble | undefined {
  if (typeof end === 'string') return undefined;
  const { code = '' } = end;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'other-name';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'not-valid-now';
  if (/CERT|SIGNATURE/.test(code)) return 'unknown-authority';
  return code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
    ? 'no-tls-there'
    : undefined;
}

function handshake(
  host: string,
  port: number,
  options: ConnectionOptions,
): Promise<'done' | 'silence' | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['h2'],
      ...options,
    });
    const end = (how: 'done' | 'silence' | NodeJS.ErrnoException) => {
      socket.destroy();
      resolve(how);
    };
    socket.setTimeout(HANDSHAKE_MILLIS, () => end('silence'));
    socket.once('secureConnect', () => end('done'));
    socket.once('error', end);
  });
}

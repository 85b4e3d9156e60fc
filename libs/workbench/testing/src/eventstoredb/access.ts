import { ServerCredentials, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { accessDenied, unauthenticated } from './answers.ts';

/** Who may come in, and by which certificate the server is known. */
export interface Secured {
  /** PEM, both. */
  readonly certificate: string;
  readonly key: string;
  readonly username: string;
  readonly password: string;
  /** Whether the user may read `$all` (default true), which only administrators may by themselves. */
  readonly readsAll?: boolean;
}

export function credentialsOf(secured: Secured | undefined): ServerCredentials {
  if (secured === undefined) return ServerCredentials.createInsecure();
  const { certificate, key } = secured;
  const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) };
  return ServerCredentials.createSsl(null, [pair]);
}

/** Why a call may not read or write a stream. @param stream `undefined` for all of them. */
export function closedTo(
  secured: Secured | undefined,
  metadata: Metadata,
  stream: string | undefined,
): ServiceError | undefined {
  if (secured === undefined) return undefined;
  const { username, password, readsAll = true } = secured;
  const [given] = metadata.get('authorization');
  if (given === undefined) return accessDenied();
  if (given !== `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
    return unauthenticated();
  return stream === undefined && !readsAll ? accessDenied() : undefined;
}

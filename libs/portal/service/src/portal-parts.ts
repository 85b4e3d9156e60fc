import type { Logger } from 'pino';
import type { Registry } from 'prom-client';

/** What a portal is made of. It keeps nothing: no database, no role, no secret but what vouches for its visitors' addresses. */
export interface PortalParts {
  /** The public surface; asked for at each request, since the two may start in any order. */
  readonly gatewayUrl: () => string;
  /** Where browsers reach it: cookies, links and what counts as its own site. */
  readonly publicUrl: () => string;
  readonly token?: string | undefined;
  /** Largest file that is taken, in bytes. */
  readonly fileLimit: number;
  readonly sandbox: boolean;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

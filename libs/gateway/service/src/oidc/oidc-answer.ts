import type { Schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

/** A provider that people may sign in with. */
export interface ProviderView {
  readonly id: string;
  readonly name: string;
}

/** Where to go: keep `challenge` with the browser, in a cookie of its own, and send it back with the query that the provider answers. */
export interface OidcChallenge {
  readonly challenge: string;
  readonly url: string;
  readonly expiresAt: Instant;
}

/** An account at a provider that one signs in with. */
export interface BoundProvider {
  readonly provider: string;
  readonly name: string;
  readonly boundAt: Instant;
}

/** `{provider}` begins (it may be left out where there is one), `{challenge, callback}` ends. */
export const oidcBodySchema: Schema = {
  type: 'object',
  properties: {
    provider: { type: 'string', pattern: '^[a-z0-9-]{1,32}$' },
    challenge: { type: 'string', pattern: '^[\\w-]{43}$', description: 'As it was answered.' },
    callback: {
      type: 'string',
      minLength: 1,
      maxLength: 8192,
      description: 'The query with which the provider sent the browser back.',
    },
  },
  additionalProperties: false,
};

export const oidcBody = {
  ...oidcBodySchema,
  dependencies: { challenge: ['callback'], callback: ['challenge'] },
};

export interface OidcBody {
  readonly provider?: string;
  readonly challenge?: string;
  readonly callback?: string;
}

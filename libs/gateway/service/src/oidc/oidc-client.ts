import type { Configuration } from 'openid-client';
import { unavailable } from '@smartkey/http';
import type { Logger } from 'pino';
import type { PublicUrl } from '../settings/public-url.ts';
import type { OidcProvider } from './oidc.settings.ts';

/** Seconds that a provider may take for an answer. */
const PATIENCE = 10;
/** What was discovered is looked at again after so long. */
const FRESH_MILLIS = 3_600_000;

/** Loaded where somebody signs in so. */
const openidClient = () => import('openid-client');

/** What belongs to one flow and to nobody else. */
export interface FlowSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** An account at a provider. */
export interface ProviderAccount {
  readonly issuer: string;
  readonly subject: string;
}

/** The part of a client of one identity provider: authorization code with PKCE, state, nonce and the issuer in the answer (RFC 9207). */
export class OidcClient {
  #found: { readonly at: number; readonly configuration: Promise<Configuration> } | undefined;

  constructor(
    readonly provider: OidcProvider,
    private readonly publicUrl: PublicUrl,
    private readonly log: Pick<Logger, 'debug' | 'warn'>,
  ) {}

  /** Where the browser goes. @param anew the person signs in there again, whoever is signed in (`max_age=0`). */
  async authorizationUrl({ state, nonce, verifier }: FlowSecrets, anew: boolean): Promise<string> {
    const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await openidClient();
    const url = buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.#redirectUri,
      response_type: 'code',
      scope: 'openid',
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(anew && { max_age: '0' }),
    });
    return url.href;
  }

  /**
   * Whose account came back.
   * @param callback the query of the address that the provider sent the browser to.
   * @returns undefined where anything does not fit.
   * @throws ProblemException 503 where the provider does not answer.
   */
  async account(callback: string, secrets: FlowSecrets, anew: boolean): Promise<ProviderAccount | undefined> {
    const { authorizationCodeGrant } = await openidClient();
    const configuration = await this.#configuration();
    const came = new URL(this.#redirectUri);
    came.search = callback;
    try {
      const tokens = await authorizationCodeGrant(configuration, came, {
        pkceCodeVerifier: secrets.verifier,
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        idTokenExpected: true,
        ...(anew && { maxAge: 0 }),
      });
      const claims = tokens.claims();
      return claims === undefined ? undefined : { issuer: claims.iss, subject: claims.sub };
    } catch (error) {
      if (isSilence(error)) throw this.#silent(error);
      // Every part of it comes from outside: that is a no.
      this.log.debug({ err: error, provider: this.provider.id }, 'a sign-in at a provider does not fit');
      return undefined;
    }
  }

  get #redirectUri(): string {
    return `${this.publicUrl.origin}/portal/oidc/callback`;
  }

  async #configuration(): Promise<Configuration> {
    if (this.#found === undefined || this.#found.at + FRESH_MILLIS < performance.now())
      this.#found = { at: performance.now(), configuration: this.#discover() };
    const found = this.#found;
    try {
      return await found.configuration;
    } catch (error) {
      if (this.#found === found) this.#found = undefined;
      throw this.#silent(error);
    }
  }

  async #discover(): Promise<Configuration> {
    const { allowInsecureRequests, discovery } = await openidClient();
    const { issuer, clientId, clientSecret } = this.provider;
    const insecure = issuer.startsWith('http:');
    return discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: PATIENCE,
      ...(insecure && { execute: [allowInsecureRequests] }),
    });
  }

  #silent(error: unknown) {
    this.log.warn({ err: error, provider: this.provider.id }, 'an identity provider does not answer');
    return unavailable('The identity provider does not answer now. Try again.', 5);
  }
}

/** The provider was not reached, or took too long: so says an error of `fetch`, or what it was caused by. */
function isSilence(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, message, cause } = error as Partial<Error>;
  return message === 'fetch failed' || name === 'TimeoutError' || isSilence(cause);
}

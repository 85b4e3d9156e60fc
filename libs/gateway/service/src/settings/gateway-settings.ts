import {
  ConfigurationError,
  type Environment,
  publicUrlSetting,
  secretSetting,
  setting,
  urlSetting,
  wholeNumber,
} from '@smartkey/configuration';
import { oidcProviders, type OidcProvider } from '../oidc/oidc.settings.ts';

/** What an operator can set of the gateway, by environment; each has a default. */
export interface GatewaySettings {
  /** `SMARTKEY_RATE_PER_SECOND` (1000), `SMARTKEY_RATE_BURST` (2000): requests of one key. */
  readonly ratePerSecond: number;
  readonly rateBurst: number;
  /** `SMARTKEY_FAILED_KEYS_PER_MINUTE` (60), `SMARTKEY_FAILED_KEYS_BURST` (100): failed identifications of one address. */
  readonly failedKeysPerMinute: number;
  readonly failedKeysBurst: number;
  /**
   * `SMARTKEY_FAILED_AUTHENTICATIONS_BURST` (60): failed authentications of one key, of whatever accounts;
   * `SMARTKEY_FAILED_AUTHENTICATIONS_SECONDS` (10), `SMARTKEY_FAILED_AUTHENTICATIONS_SUCCESSES` (4): one is given back for each.
   */
  readonly failedAuthenticationsBurst: number;
  readonly failedAuthenticationsSeconds: number;
  readonly failedAuthenticationsSuccesses: number;
  /** `SMARTKEY_MAX_CONNECTIONS` (10000): open at one time. */
  readonly maxConnections: number;
  /** `SMARTKEY_JSON_LIMIT` (65536), `SMARTKEY_CSV_LIMIT` (16777216): largest bodies in bytes. */
  readonly jsonLimit: number;
  readonly csvLimit: number;
  /** `SMARTKEY_UPSTREAM_TIMEOUT` (30000): milliseconds that a service may take to begin its answer. */
  readonly upstreamTimeout: number;
  /** `SMARTKEY_TRUSTED_PROXIES`: addresses or networks, comma-separated, whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies: readonly string[];
  /**
   * `SMARTKEY_VISITOR_TOKEN`: with it the portal vouches for the address of its visitors (at least 32 characters); missing: nobody
   * may, unless the program gives its own portal one.
   */
  readonly visitorToken?: string;
  /** `SMARTKEY_OIDC_PROVIDERS`: identity providers that people may sign in with; none by default. */
  readonly oidcProviders: readonly OidcProvider[];
  /** `SMARTKEY_PUBLIC_URL`: what people open, an https origin; missing: `http://localhost` on the gateway's port. */
  readonly publicUrl?: string;
  /** `SMARTKEY_PORTAL_URL`: where the portal listens, whose pages are then served at `/portal`. */
  readonly portalUrl?: string;
  /** `SMARTKEY_OPERATOR_KEY`: the first operator key, valid as long as it is set. */
  readonly operatorKey?: string;
}

const MEBIBYTE = 1024 * 1024;

function operatorKey(env: Environment): { readonly operatorKey?: string } {
  const key = env['SMARTKEY_OPERATOR_KEY'];
  if (key === undefined || key === '') return {};
  if (!/^[\x21-\x7e]{1,512}$/.test(key))
    throw new ConfigurationError(
      'SMARTKEY_OPERATOR_KEY',
      'must be 1 to 512 visible ASCII characters without spaces',
    );
  return { operatorKey: key };
}

function publicUrl(env: Environment): { readonly publicUrl?: string } {
  const url = publicUrlSetting(env);
  return url === undefined ? {} : { publicUrl: url };
}

function portalUrl(env: Environment): { readonly portalUrl?: string } {
  const url = urlSetting(env, 'SMARTKEY_PORTAL_URL', ['http:']);
  return url === undefined ? {} : { portalUrl: url };
}

function visitorToken(env: Environment): { readonly visitorToken?: string } {
  const visitorToken = secretSetting(env, 'SMARTKEY_VISITOR_TOKEN');
  return visitorToken === undefined ? {} : { visitorToken };
}

function trustedProxies(env: Environment): readonly string[] {
  const proxies = (setting(env, 'SMARTKEY_TRUSTED_PROXIES') ?? '').split(',').map((each) => each.trim());
  const named = proxies.filter((each) => each !== '');
  if (named.every((each) => /^[\da-f.:]+(\/\d{1,3})?$/i.test(each))) return named;
  throw new ConfigurationError(
    'SMARTKEY_TRUSTED_PROXIES',
    'must be addresses or networks: 10.0.0.1, 10.1.0.0/16',
  );
}

/** @throws ConfigurationError naming the variable. */
export function readGatewaySettings(env: Environment): GatewaySettings {
  const number = (name: string, otherwise: number, most: number): number =>
    wholeNumber(env, name, otherwise, { least: 1, most });
  return {
    ratePerSecond: number('SMARTKEY_RATE_PER_SECOND', 1_000, 1_000_000),
    rateBurst: number('SMARTKEY_RATE_BURST', 2_000, 1_000_000),
    failedKeysPerMinute: number('SMARTKEY_FAILED_KEYS_PER_MINUTE', 60, 1_000_000),
    failedKeysBurst: number('SMARTKEY_FAILED_KEYS_BURST', 100, 1_000_000),
    failedAuthenticationsBurst: number('SMARTKEY_FAILED_AUTHENTICATIONS_BURST', 60, 1_000_000),
    failedAuthenticationsSeconds: number('SMARTKEY_FAILED_AUTHENTICATIONS_SECONDS', 10, 86_400),
    failedAuthenticationsSuccesses: number('SMARTKEY_FAILED_AUTHENTICATIONS_SUCCESSES', 4, 1_000_000),
    maxConnections: number('SMARTKEY_MAX_CONNECTIONS', 10_000, 1_000_000),
    jsonLimit: number('SMARTKEY_JSON_LIMIT', 64 * 1024, 16 * MEBIBYTE),
    csvLimit: number('SMARTKEY_CSV_LIMIT', 16 * MEBIBYTE, 512 * MEBIBYTE),
    upstreamTimeout: number('SMARTKEY_UPSTREAM_TIMEOUT', 30_000, 600_000),
    trustedProxies: trustedProxies(env),
    oidcProviders: oidcProviders(env),
    ...visitorToken(env),
    ...publicUrl(env),
    ...portalUrl(env),
    ...operatorKey(env),
  };
}

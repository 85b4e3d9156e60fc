import { ConfigurationError, type Environment, setting } from '@smartkey/configuration';
import { jsonSetting } from '@smartkey/runtime';

const PROVIDERS = 'SMARTKEY_OIDC_PROVIDERS';
const MOST_PROVIDERS = 10;

/** An identity provider at which this service is a confidential client (OpenID Connect Core 1.0). */
export interface OidcProvider {
  /** How routes name it. */
  readonly id: string;
  /** How people know it. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An https URL without query and fragment (OpenID Connect Discovery 1.0, 3); http on this machine alone. */
function isIssuer(text: unknown): text is string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most;

function isProvider(entry: unknown): entry is OidcProvider {
  if (typeof entry !== 'object' || entry === null) return false;
  const { id, name, issuer, clientId, clientSecret, ...unknown } = entry as Partial<OidcProvider>;
  return (
    typeof id === 'string' &&
    /^[a-z0-9-]{1,32}$/.test(id) &&
    isText(name, 100) &&
    isIssuer(issuer) &&
    isText(clientId, 512) &&
    isText(clientSecret, 1024) &&
    Object.keys(unknown).length === 0
  );
}

/**
 * `SMARTKEY_OIDC_PROVIDERS`: a JSON list of `{id, name, issuer, clientId, clientSecret}`, at most 10; none by default.
 * @throws ConfigurationError, which never tells a value: it may be a secret.
 */
export function oidcProviders(env: Environment): readonly OidcProvider[] {
  const text = setting(env, PROVIDERS);
  if (text === undefined) return [];
  const entries = jsonSetting(PROVIDERS, text);
  const fits = Array.isArray(entries) && entries.length <= MOST_PROVIDERS && entries.every(isProvider);
  if (!fits)
    throw new ConfigurationError(
      PROVIDERS,
      `must be a JSON list of at most ${MOST_PROVIDERS} {"id","name","issuer","clientId","clientSecret"}; an issuer is https, or http on loopback`,
    );
  const providers = entries as readonly OidcProvider[];
  for (const what of ['id', 'issuer'] as const)
    if (new Set(providers.map((each) => each[what])).size < providers.length)
      throw new ConfigurationError(PROVIDERS, `names an ${what} twice`);
  return providers;
}

/** What an operator can set of the gateway, by environment; each has a default. */
export interface GatewaySettings {
  /** `SMARTKEY_RATE_PER_SECOND` (1000), `SMARTKEY_RATE_BURST` (2000): requests of one key. */
  readonly ratePerSecond: number;
  readonly rateBurst: number;
  /** `SMARTKEY_FAILED_KEYS_PER_MINUTE` (60), `SMARTKEY_FAILED_KEYS_BURST` (100): failed identifications of one address. */
  readonly failedKeysPerMinute: number;
  readonly failedKeysBurst: number;
  /** `SMARTKEY_JSON_LIMIT` (65536), `SMARTKEY_CSV_LIMIT` (16777216): largest bodies in bytes. */
  readonly jsonLimit: number;
  readonly csvLimit: number;
  /** `SMARTKEY_UPSTREAM_TIMEOUT` (30000): milliseconds that a service may take to begin its answer. */
  readonly upstreamTimeout: number;
  /** `SMARTKEY_TRUSTED_PROXIES`: addresses or networks, comma-separated, whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies: readonly string[];
  /** `SMARTKEY_OPERATOR_KEY`: the first operator key, valid as long as it is set. */
  readonly operatorKey?: string;
}

/** A setting that cannot be used; the message names the variable. */
export class GatewaySettingError extends Error {
  override readonly name = 'GatewaySettingError';
}

type Env = Readonly<Record<string, string | undefined>>;

function wholeNumber(env: Env, name: string, otherwise: number, max: number): number {
  const text = env[name]?.trim();
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,10}$/.test(text) || Number(text) < 1 || Number(text) > max)
    throw new GatewaySettingError(`${name} must be a whole number from 1 to ${max}`);
  return Number(text);
}

function operatorKey(env: Env): { readonly operatorKey?: string } {
  const key = env['SMARTKEY_OPERATOR_KEY'];
  if (key === undefined || key === '') return {};
  if (!/^[\x21-\x7e]{1,512}$/.test(key))
    throw new GatewaySettingError(
      'SMARTKEY_OPERATOR_KEY must be 1 to 512 visible ASCII characters without spaces',
    );
  return { operatorKey: key };
}

/** @throws GatewaySettingError naming the variable. */
export function readGatewaySettings(env: Env): GatewaySettings {
  return {
    ratePerSecond: wholeNumber(env, 'SMARTKEY_RATE_PER_SECOND', 1_000, 1_000_000),
    rateBurst: wholeNumber(env, 'SMARTKEY_RATE_BURST', 2_000, 1_000_000),
    failedKeysPerMinute: wholeNumber(env, 'SMARTKEY_FAILED_KEYS_PER_MINUTE', 60, 1_000_000),
    failedKeysBurst: wholeNumber(env, 'SMARTKEY_FAILED_KEYS_BURST', 100, 1_000_000),
    jsonLimit: wholeNumber(env, 'SMARTKEY_JSON_LIMIT', 65_536, 16_777_216),
    csvLimit: wholeNumber(env, 'SMARTKEY_CSV_LIMIT', 16_777_216, 1_073_741_824),
    upstreamTimeout: wholeNumber(env, 'SMARTKEY_UPSTREAM_TIMEOUT', 30_000, 600_000),
    trustedProxies: (env['SMARTKEY_TRUSTED_PROXIES'] ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    ...operatorKey(env),
  };
}

import { parseInstant, type Instant } from '@smartkey/kernel';
import { ConfigurationError } from './configuration-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that every program of ours reads, whatever it runs. */
export interface CommonSettings {
  readonly dataDir: string;
  /** A PostgreSQL server; the embedded database where missing. */
  readonly databaseUrl?: string;
  readonly clock: { readonly mode: 'system' | 'sandbox'; readonly start?: Instant };
  /** How often each service looks for due work and raises its watermark. */
  readonly watermarkMillis: number;
  readonly logLevel: string;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** A variable that is set, and not to nothing. */
export const setting = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

/** @throws ConfigurationError */
export function wholeNumber(
  env: Environment,
  name: string,
  otherwise: number,
  limits: { readonly least: number; readonly most: number },
): number {
  const text = setting(env, name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < limits.least || value > limits.most)
    throw new ConfigurationError(
      name,
      `must be a whole number from ${limits.least} to ${limits.most}, not "${text}"`,
    );
  return value;
}

/** A port to listen on; 0 for any free one. @throws ConfigurationError */
export const portSetting = (env: Environment, otherwise: number): number =>
  wholeNumber(env, 'PORT', otherwise, { least: 0, most: 65_535 });

/** Several URLs between commas. @throws ConfigurationError */
export function urlListSetting(
  env: Environment,
  name: string,
  schemes: readonly string[],
): readonly string[] | undefined {
  return setting(env, name)
    ?.split(',')
    .map((text) => urlSetting({ [name]: text }, name, schemes))
    .filter((url) => url !== undefined);
}

/** @throws ConfigurationError */
export function urlSetting(env: Environment, name: string, schemes: readonly string[]): string | undefined {
  const text = setting(env, name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself may hold a password: it is not told back.
  if (url === undefined || !schemes.includes(url.protocol))
    throw new ConfigurationError(
      name,
      `must be a URL that begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
    );
  return text.replace(/\/$/, '');
}

/** @throws ConfigurationError naming the variable that cannot be used. */
export function commonSettings(env: Environment): CommonSettings {
  const databaseUrl = urlSetting(env, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const logLevel = setting(env, 'SMARTKEY_LOG_LEVEL') ?? 'info';
  if (!LOG_LEVELS.includes(logLevel))
    throw new ConfigurationError(
      'SMARTKEY_LOG_LEVEL',
      `must be one of ${LOG_LEVELS.join(', ')}, not "${logLevel}"`,
    );
  return {
    dataDir: setting(env, 'SMARTKEY_DATA_DIR') ?? './data',
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    clock: clockSettings(env),
    watermarkMillis: wholeNumber(env, 'SMARTKEY_WATERMARK_MILLIS', 1_000, { least: 10, most: 60_000 }),
    logLevel,
  };
}

function clockSettings(env: Environment): CommonSettings['clock'] {
  const mode = setting(env, 'SMARTKEY_CLOCK') ?? 'system';
  if (mode !== 'system' && mode !== 'sandbox')
    throw new ConfigurationError('SMARTKEY_CLOCK', `must be system or sandbox, not "${mode}"`);
  const text = setting(env, 'SMARTKEY_CLOCK_START');
  if (text === undefined) return { mode };
  const start = parseInstant(text);
  if (start === undefined)
    throw new ConfigurationError(
      'SMARTKEY_CLOCK_START',
      `must be an RFC 3339 instant with an offset, such as 2018-01-01T00:00:00+09:00, not "${text}"`,
    );
  if (mode === 'system')
    throw new ConfigurationError(
      'SMARTKEY_CLOCK_START',
      'is for the sandbox clock: set SMARTKEY_CLOCK=sandbox',
    );
  return { mode, start };
}

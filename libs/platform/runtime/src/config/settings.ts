import {
  ConfigurationError,
  type Environment,
  choiceSetting,
  setting,
  urlSetting,
  wholeNumber,
} from '@smartkey/configuration';
import { parseInstant } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';

/** Settings that every program of ours reads, whatever it runs. */
export interface CommonSettings {
  readonly dataDir: string;
  /** A PostgreSQL server; the embedded database where missing. */
  readonly databaseUrl?: string;
  readonly clock: { readonly mode: 'system' | 'sandbox'; readonly start?: Instant };
  /** How soon after an event each service raises its watermark; while nothing happens it does so once in sixty times as long. */
  readonly watermarkMillis: number;
  readonly logLevel: string;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** @throws ConfigurationError naming the variable that cannot be used. */
export function commonSettings(env: Environment): CommonSettings {
  const databaseUrl = urlSetting(env, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  const logLevel = choiceSetting(env, 'SMARTKEY_LOG_LEVEL', LOG_LEVELS, 'info');
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

import { ConfigurationError, type Environment, setting, wholeNumber } from '@smartkey/configuration';

/** Where Nest finds the settings. */
export const SETTINGS = Symbol('settings of the device registry');

/** What an installation may set for its registry. */
export interface DeviceRegistrySettings {
  /** Name that authenticator apps show above the codes. */
  readonly issuer: string;
  /** Most devices that an ID may have active. */
  readonly maxDevices: number;
  /** Days for which rows and results of an import are kept after its end. */
  readonly importRetentionDays: number;
  /** Days behind the end of an ID after which its personal data are erased; missing: never by themselves. */
  readonly eraseAfterDays?: number;
}

/**
 * Reads `SMARTKEY_ISSUER` (default "IIJ SmartKey", 1–64 characters), `SMARTKEY_MAX_DEVICES` (1–10, default 5),
 * `SMARTKEY_IMPORT_RETENTION_DAYS` (1–3650, default 30) and `SMARTKEY_ERASE_AFTER_DAYS` (1–36500, default: never).
 * @throws ConfigurationError
 */
export function deviceRegistrySettings(env: Environment): DeviceRegistrySettings {
  const issuer = setting(env, 'SMARTKEY_ISSUER') ?? 'IIJ SmartKey';
  if ([...issuer].length > 64 || /[\p{Cc}\p{Cs}]/u.test(issuer))
    throw new ConfigurationError('SMARTKEY_ISSUER', 'must be 1 to 64 characters on one line');
  return {
    issuer,
    maxDevices: wholeNumber(env, 'SMARTKEY_MAX_DEVICES', 5, { least: 1, most: 10 }),
    importRetentionDays: wholeNumber(env, 'SMARTKEY_IMPORT_RETENTION_DAYS', 30, { least: 1, most: 3650 }),
    ...(setting(env, 'SMARTKEY_ERASE_AFTER_DAYS') !== undefined && {
      eraseAfterDays: wholeNumber(env, 'SMARTKEY_ERASE_AFTER_DAYS', 3650, { least: 1, most: 36_500 }),
    }),
  };
}

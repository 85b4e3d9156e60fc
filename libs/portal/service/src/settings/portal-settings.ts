import {
  ConfigurationError,
  type Environment,
  publicUrlSetting,
  secretSetting,
  setting,
  urlSetting,
  wholeNumber,
} from '@smartkey/configuration';

/** What can be set of the portal, by environment. */
export interface PortalSettings {
  /** `SMARTKEY_GATEWAY_URL`: the public surface, which is all that the portal speaks to. */
  readonly gatewayUrl: string;
  /** `SMARTKEY_PUBLIC_URL`: where browsers reach it, by way of the gateway. */
  readonly publicUrl: string;
  /** `SMARTKEY_VISITOR_TOKEN`: vouches for its visitors' addresses; without it they count as one. */
  readonly token?: string | undefined;
  /** `SMARTKEY_CSV_LIMIT` (16777216): largest file in bytes. */
  readonly fileLimit: number;
  /** `SMARTKEY_CLOCK`: whether business time stands still until it is set. */
  readonly sandbox: boolean;
}

/** @throws ConfigurationError naming the variable. */
export function readPortalSettings(env: Environment): PortalSettings {
  const gatewayUrl = urlSetting(env, 'SMARTKEY_GATEWAY_URL', ['http:', 'https:']);
  if (gatewayUrl === undefined)
    throw new ConfigurationError('SMARTKEY_GATEWAY_URL', 'must name the gateway: http://gateway:3000');
  const publicUrl = publicUrlSetting(env);
  if (publicUrl === undefined)
    throw new ConfigurationError('SMARTKEY_PUBLIC_URL', 'must be set: https://smartkey.example.jp');
  return {
    gatewayUrl,
    publicUrl,
    token: secretSetting(env, 'SMARTKEY_VISITOR_TOKEN'),
    fileLimit: fileLimitSetting(env),
    sandbox: setting(env, 'SMARTKEY_CLOCK') === 'sandbox',
  };
}

/** As the gateway has it. */
export const fileLimitSetting = (env: Environment): number =>
  wholeNumber(env, 'SMARTKEY_CSV_LIMIT', 16 * 1024 * 1024, { least: 1, most: 512 * 1024 * 1024 });

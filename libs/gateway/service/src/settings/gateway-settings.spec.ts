import { ConfigurationError } from '@smartkey/configuration';
import { describe, expect, it } from '@jest/globals';
import { readGatewaySettings } from './gateway-settings.ts';

describe('the gateway’s settings', () => {
  it('have defaults', () => {
    expect(readGatewaySettings({})).toEqual({
      ratePerSecond: 1_000,
      rateBurst: 2_000,
      failedKeysPerMinute: 60,
      failedKeysBurst: 100,
      failedAuthenticationsBurst: 60,
      failedAuthenticationsSeconds: 10,
      failedAuthenticationsSuccesses: 4,
      maxConnections: 10_000,
      jsonLimit: 65_536,
      csvLimit: 16_777_216,
      upstreamTimeout: 30_000,
      trustedProxies: [],
      oidcProviders: [],
    });
  });
  it('are read from the environment', () => {
    const settings = readGatewaySettings({
      SMARTKEY_RATE_BURST: '5',
      SMARTKEY_OPERATOR_KEY: 'secret',
      SMARTKEY_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16',
    });
    expect(settings).toMatchObject({
      rateBurst: 5,
      operatorKey: 'secret',
      trustedProxies: ['10.0.0.1', '10.1.0.0/16'],
    });
  });
  it('the operator key is not told back', () => {
    expect(() => readGatewaySettings({ SMARTKEY_OPERATOR_KEY: 'se cret' })).not.toThrow(/cret/);
  });
  it.each([
    ['SMARTKEY_RATE_PER_SECOND', '0'],
    ['SMARTKEY_RATE_BURST', '-1'],
    ['SMARTKEY_FAILED_KEYS_PER_MINUTE', 'many'],
    ['SMARTKEY_FAILED_KEYS_BURST', '1e3'],
    ['SMARTKEY_FAILED_AUTHENTICATIONS_BURST', '0'],
    ['SMARTKEY_FAILED_AUTHENTICATIONS_SECONDS', '0.5'],
    ['SMARTKEY_FAILED_AUTHENTICATIONS_SUCCESSES', 'none'],
    ['SMARTKEY_MAX_CONNECTIONS', '0'],
    ['SMARTKEY_JSON_LIMIT', '99999999999'],
    ['SMARTKEY_CSV_LIMIT', '1.5'],
    ['SMARTKEY_UPSTREAM_TIMEOUT', '0'],
    ['SMARTKEY_OPERATOR_KEY', 'with space'],
    ['SMARTKEY_OPERATOR_KEY', 'ünicode'],
    ['SMARTKEY_TRUSTED_PROXIES', 'everybody'],
  ])('%s=%s is refused by name', (name, value) => {
    const read = (): unknown => readGatewaySettings({ [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`^${name} `));
  });
});

import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, portSetting } from '@smartkey/configuration';
import { serviceSettings, urlVariable } from './service-settings.ts';
import { commonSettings } from './settings.ts';

const apart = {
  DATABASE_URL: 'postgres://user:word@db/smartkey',
  SMARTKEY_KEY_FILE: '/run/keys.json',
  SMARTKEY_DEVICE_REGISTRY_URL: 'http://registry:3000/',
  SMARTKEY_AUTHENTICATION_URL: 'http://authentication:3000',
  SMARTKEY_BILLING_URL: 'http://billing:3000',
};

describe('settings from the environment', () => {
  it('have defaults with which the embedded whole runs', () => {
    expect(commonSettings({})).toEqual({
      dataDir: './data',
      clock: { mode: 'system' },
      watermarkMillis: 1_000,
      logLevel: 'info',
    });
    expect(portSetting({}, 3000)).toBe(3000);
  });

  it('take an empty variable for one that is not set', () => {
    expect(commonSettings({ SMARTKEY_CLOCK: '', DATABASE_URL: ' ' })).toEqual(commonSettings({}));
  });

  it('bring the start of the sandbox clock to its canonical form', () => {
    const { clock } = commonSettings({
      SMARTKEY_CLOCK: 'sandbox',
      SMARTKEY_CLOCK_START: '2018-02-01T00:00:00+09:00',
    });
    expect(clock).toEqual({ mode: 'sandbox', start: '2018-01-31T15:00:00.000Z' });
  });

  it.each([
    ['PORT', 'three', {}],
    ['PORT', '65536', {}],
    ['SMARTKEY_CLOCK', 'stopped', {}],
    ['SMARTKEY_CLOCK_START', '2018-02-30T00:00:00Z', { SMARTKEY_CLOCK: 'sandbox' }],
    ['SMARTKEY_CLOCK_START', '2018-01-01T00:00:00Z', { SMARTKEY_CLOCK: 'system' }],
    ['SMARTKEY_WATERMARK_MILLIS', '0', {}],
    ['SMARTKEY_LOG_LEVEL', 'loud', {}],
    ['DATABASE_URL', 'mysql://db', {}],
  ])('refuse %s=%s, naming it', (name, value, others) => {
    const read = () => {
      const env = { ...others, [name]: value };
      portSetting(env, 3000);
      commonSettings(env);
    };
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`^${name} `));
  });

  it('do not tell a password back', () => {
    expect(() => commonSettings({ DATABASE_URL: 'mysql://user:word@db' })).toThrow(/^(?!.*word).*$/s);
  });

  describe('of a service in a process of its own', () => {
    it('name the database, the shared keys and the peers', () => {
      const settings = serviceSettings(apart, 'contract');
      expect([...settings.peers]).toEqual([
        ['device-registry', 'http://registry:3000'],
        ['authentication', 'http://authentication:3000'],
        ['billing', 'http://billing:3000'],
      ]);
    });

    it.each(['DATABASE_URL', 'SMARTKEY_KEY_FILE', 'SMARTKEY_BILLING_URL'])(
      'refuse to go without %s, which would lose data or reach nobody',
      (name) => {
        const { [name as keyof typeof apart]: _left, ...env } = apart;
        expect(() => serviceSettings(env, 'contract')).toThrow(new RegExp(`^${name} `));
      },
    );

    it('name the variable of each peer after it', () => {
      expect(urlVariable('device-registry')).toBe('SMARTKEY_DEVICE_REGISTRY_URL');
    });
  });
});

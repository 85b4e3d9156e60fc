import { describe, expect, it } from '@jest/globals';
import { deviceRegistrySettings } from './device-registry.settings.ts';

describe('settings of the device registry', () => {
  it('have defaults', () => {
    expect(deviceRegistrySettings({})).toEqual({
      issuer: 'IIJ SmartKey',
      maxDevices: 5,
      importRetentionDays: 30,
    });
  });

  it('are read from the environment', () => {
    expect(
      deviceRegistrySettings({
        SMARTKEY_ISSUER: '社内 認証',
        SMARTKEY_MAX_DEVICES: '10',
        SMARTKEY_IMPORT_RETENTION_DAYS: '7',
        SMARTKEY_ERASE_AFTER_DAYS: '1825',
      }),
    ).toEqual({ issuer: '社内 認証', maxDevices: 10, importRetentionDays: 7, eraseAfterDays: 1825 });
  });

  it.each([
    [{ SMARTKEY_ISSUER: 'x'.repeat(65) }, 'SMARTKEY_ISSUER'],
    [{ SMARTKEY_ISSUER: 'a\nb' }, 'SMARTKEY_ISSUER'],
    [{ SMARTKEY_MAX_DEVICES: '0' }, 'SMARTKEY_MAX_DEVICES'],
    [{ SMARTKEY_MAX_DEVICES: '11' }, 'SMARTKEY_MAX_DEVICES'],
    [{ SMARTKEY_MAX_DEVICES: 'many' }, 'SMARTKEY_MAX_DEVICES'],
    [{ SMARTKEY_IMPORT_RETENTION_DAYS: '0' }, 'SMARTKEY_IMPORT_RETENTION_DAYS'],
    [{ SMARTKEY_IMPORT_RETENTION_DAYS: '3651' }, 'SMARTKEY_IMPORT_RETENTION_DAYS'],
    [{ SMARTKEY_ERASE_AFTER_DAYS: '0' }, 'SMARTKEY_ERASE_AFTER_DAYS'],
    [{ SMARTKEY_IMPORT_RETENTION_DAYS: '1.5' }, 'SMARTKEY_IMPORT_RETENTION_DAYS'],
  ])('%j names its variable', (environment, variable) => {
    expect(() => deviceRegistrySettings(environment)).toThrow(variable);
  });
});

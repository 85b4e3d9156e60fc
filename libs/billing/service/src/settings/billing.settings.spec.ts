import { describe, expect, it } from '@jest/globals';
import { billingSettings } from './billing.settings.ts';

describe('the settings of billing', () => {
  it('have defaults, without a registration number', () =>
    expect(billingSettings({})).toMatchObject({
      series: 'SK',
      environment: {
        issuer: { registrationNumber: null },
        issuerSet: {},
        policies: [{ version: '2016-03.1' }],
        accountCodes: {},
      },
    }));

  it('are read from the environment', () =>
    expect(
      billingSettings({
        SMARTKEY_ISSUER_NAME: '株式会社見本',
        SMARTKEY_ISSUER_REGISTRATION_NUMBER: 'T7123456789012',
        SMARTKEY_INVOICE_SERIES: 'INV',
        SMARTKEY_BILLING_POLICIES: '[{"version":"b","from":"2026-04","taxRounding":"halfUp"}]',
        SMARTKEY_EXPORT_ACCOUNT_CODES: '{"BASE":"4110"}',
      }),
    ).toMatchObject({
      series: 'INV',
      environment: {
        issuer: { name: '株式会社見本', registrationNumber: 'T7123456789012' },
        issuerSet: { name: '株式会社見本', registrationNumber: 'T7123456789012' },
        policies: [{}, { version: 'b', taxRounding: 'halfUp', yenRounding: 'floor' }],
        accountCodes: { BASE: '4110' },
      },
    }));

  it.each([
    ['SMARTKEY_ISSUER_REGISTRATION_NUMBER', 'T1234567890123'],
    ['SMARTKEY_ISSUER_NAME', 'two\nlines'],
    ['SMARTKEY_INVOICE_SERIES', 'toolong'],
    ['SMARTKEY_BILLING_POLICIES', '{'],
    ['SMARTKEY_BILLING_POLICIES', '{}'],
    ['SMARTKEY_BILLING_POLICIES', '[{"from":"2026-04"}]'],
    ['SMARTKEY_SMTP_URL', 'http://mail.example'],
    ['SMARTKEY_EXPORT_ACCOUNT_CODES', '[]'],
    ['SMARTKEY_EXPORT_ACCOUNT_CODES', '{"BASE":"4110","BASE":"4111"}'],
    ['SMARTKEY_EXPORT_ACCOUNT_CODES', '{"BASE":4110}'],
  ])('an unusable %s is refused by name', (name, value) =>
    expect(() => billingSettings({ [name]: value })).toThrow(name),
  );
});

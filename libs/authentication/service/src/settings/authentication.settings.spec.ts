import { describe, expect, it } from '@jest/globals';
import { authenticationSettings } from './authentication.settings.ts';

describe('settings of authentication', () => {
  it('have defaults, and are read from the environment', () => {
    expect(authenticationSettings({})).toEqual({ attemptMonths: 13 });
    expect(authenticationSettings({ SMARTKEY_ATTEMPT_MONTHS: '24' })).toEqual({ attemptMonths: 24 });
  });

  it.each(['0', '121', '1.5', 'all'])('%s months are refused by name', (months) => {
    expect(() => authenticationSettings({ SMARTKEY_ATTEMPT_MONTHS: months })).toThrow(
      'SMARTKEY_ATTEMPT_MONTHS',
    );
  });
});

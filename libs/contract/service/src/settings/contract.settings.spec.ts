import { describe, expect, it } from '@jest/globals';
import { contractSettings } from './contract.settings.ts';

describe('settings of the contract service', () => {
  it('have defaults', () => {
    expect(contractSettings({})).toEqual({
      policies: [{ fromMonth: '2016-03', prescribedForms: ['portal', 'paper'] }],
      iijId: { ineligible: [], checkMinutes: 1440 },
      twoPersons: new Set(),
    });
  });

  it('第6条: the prescribed forms by service month', () => {
    const policies = [
      { fromMonth: '2016-03', prescribedForms: ['paper'] },
      { fromMonth: '2018-04', prescribedForms: ['portal', 'paper'] },
    ];
    expect(contractSettings({ SMARTKEY_CONTRACT_POLICIES: JSON.stringify(policies) }).policies).toEqual(
      policies,
    );
  });

  it('第3条: the directory of IIJ ID contracts', () => {
    expect(
      contractSettings({
        SMARTKEY_IIJ_ID_URL: 'https://iij-id.example/api/',
        SMARTKEY_IIJ_ID_TOKEN: 'secret',
        SMARTKEY_IIJ_ID_INELIGIBLE: 'IID-1, IID-2,',
        SMARTKEY_IIJ_ID_CHECK_MINUTES: '60',
      }).iijId,
    ).toEqual({
      url: 'https://iij-id.example/api',
      token: 'secret',
      ineligible: ['IID-1', 'IID-2'],
      checkMinutes: 60,
    });
  });

  it.each([
    ['SMARTKEY_CONTRACT_POLICIES', '{'],
    ['SMARTKEY_CONTRACT_POLICIES', '[]'],
    [
      'SMARTKEY_CONTRACT_POLICIES',
      '[{"fromMonth":"2018-01","prescribedForms":["paper"],"prescribedForms":["portal"]}]',
    ],
    ['SMARTKEY_CONTRACT_POLICIES', '[{"fromMonth":"2018-13","prescribedForms":["portal"]}]'],
    ['SMARTKEY_CONTRACT_POLICIES', '[{"fromMonth":"2018-01","prescribedForms":[]}]'],
    ['SMARTKEY_CONTRACT_POLICIES', '[{"fromMonth":"2018-01","prescribedForms":["portal"],"more":1}]'],
    ['SMARTKEY_IIJ_ID_URL', 'ftp://x'],
    ['SMARTKEY_IIJ_ID_CHECK_MINUTES', '0'],
  ])('%s=%s ends the start with its name', (variable, value) => {
    expect(() => contractSettings({ [variable]: value })).toThrow(variable);
  });
});

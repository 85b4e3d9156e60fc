import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import type { ErpProduct } from '../export-format.ts';
import { exportSettingsDecider } from './export-settings.decider.ts';
import type { ExportSettingsSet } from './export-settings.events.ts';
import { noExportSettings, currentExportSettings, knewAccountCodes } from './export-settings.state.ts';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings, type ProductSettings } from './export-settings.ts';

const entered: ExportSettingsSet = {
  type: 'ExportSettingsSet',
  version: 1,
  data: { version: 1, ...DEFAULT_EXPORT_SETTINGS, accountCodes: { BASE: '4110' } },
};
const with_ = (product: ErpProduct, more: Partial<ProductSettings>): ExportSettings => ({
  ...DEFAULT_EXPORT_SETTINGS,
  products: {
    ...DEFAULT_EXPORT_SETTINGS.products,
    [product]: { ...DEFAULT_EXPORT_SETTINGS.products[product], ...more },
  },
});
const set = (settings: ExportSettings) =>
  ({ type: 'SetExportSettings', settings, reason: 'other books' }) as const;
const spec = () => specOf(exportSettingsDecider);

describe('the settings of files for ERPs', () => {
  it('the environment’s account codes enter once, and only where there are any', () => {
    const enter = { type: 'EnterExportSettings', accountCodes: { BASE: '4110' } } as const;
    spec().when(enter).then(entered).andAgain().thenNothing();
    spec()
      .when({ ...enter, accountCodes: {} })
      .thenNothing();
    const state = exportSettingsDecider.evolve(noExportSettings, {
      ...entered,
      occurredAt: '2024-01-01T00:00:00.000Z',
      recordedAt: '2024-01-01T00:00:00.000Z',
    });
    expect(knewAccountCodes(state, { BASE: '4110' })).toBe(true);
    expect(knewAccountCodes(state, { BASE: '4111' })).toBe(false);
    expect(currentExportSettings(state)).toMatchObject({ version: 1 });
  });
  it('are all set together, with a reason, and the same again is no event', () => {
    const settings = { ...DEFAULT_EXPORT_SETTINGS, postingDate: 'issue-day' } as const;
    const data = { version: 2, ...settings, reason: 'other books' };
    spec()
      .given(entered)
      .when(set(settings))
      .then({ type: 'ExportSettingsSet', version: 1, data })
      .andAgain()
      .thenNothing();
  });
  it.each([
    ['a name that would run as a formula', with_('freee', { sales: { account: '=SUM(A1)' } }), 'formula'],
    [
      'amounts without tax, where the product takes none',
      with_('yayoi', { taxEntry: 'exclusive' }),
      'tax-inclusive-only',
    ],
  ])('refuse %s', (_what, settings, code) => void spec().when(set(settings)).thenRefused({ code }));
  it('names of each product differ, and old and reduced 8 % are kept apart where the product does', () => {
    for (const product of ['freee', 'moneyforward', 'yayoi'] as const) {
      const { taxNames } = DEFAULT_EXPORT_SETTINGS.products[product];
      expect(new Set(Object.values(taxNames)).size).toBe(4);
    }
  });
});

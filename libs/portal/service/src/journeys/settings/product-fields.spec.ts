import { describe, expect, it } from '@jest/globals';
import { told } from '../../visit/language.ts';
import {
  enteredSettings,
  productFields,
  PRODUCTS,
  productValues,
  type ProductSettings,
} from './product-fields.ts';

const settings: ProductSettings = {
  receivable: { account: '売掛金', subAccount: 'SmartKey' },
  sales: { account: '売上高', department: '東京' },
  salesOf: { BASE: { account: '基本料収入', subAccount: '月額' } },
  taxNames: {
    'JP-STD-8-2014': '課税売上8%',
    'JP-STD-10-2019': '課税売上10%',
    'JP-RED-8-2019': '課税売上8%（軽）',
    'JP-OUT': '対象外',
  },
  creditTaxNames: { 'JP-STD-10-2019': '課税売上返還10%' },
  untaxedName: '対象外',
  customer: 'name',
  taxEntry: 'inclusive',
};

describe.each(PRODUCTS)('settings of %s', (product) => {
  it('come back as they were shown, with what the form does not show', () =>
    expect(enteredSettings(product, productValues(product, settings), settings)).toEqual(settings));

  it('show nothing that has no field', () => {
    const names = productFields(product, told('ja')).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(productValues(product, settings))));
    expect(new Set(names).size).toBe(names.length);
  });

  it('lose what was emptied', () => {
    const values = {
      ...productValues(product, settings),
      [`${product}.salesOf.BASE.account`]: '',
      [`${product}.creditTaxNames.JP-STD-10-2019`]: '',
      [`${product}.sales.department`]: '',
    };
    expect(enteredSettings(product, values, settings)).toEqual({
      ...settings,
      sales: { account: '売上高' },
      salesOf: {},
      creditTaxNames: {},
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Field } from './field.ts';
import { urlencodedForm } from './posted-form.ts';
import { readFields } from './read-fields.ts';

const fields: readonly Field[] = [
  { kind: 'text', name: 'name', label: '契約者名', required: true },
  { kind: 'day', name: 'day', label: '希望日' },
  { kind: 'amount', name: 'fee', label: '料金', unit: '円' },
  { kind: 'digits', name: 'code', label: 'コード' },
  { kind: 'choice', name: 'plan', label: 'プラン', options: [{ value: 'enterprise', label: 'E' }] },
  {
    kind: 'several',
    name: 'may',
    label: '権限',
    options: [
      { value: 'ids', label: 'ID' },
      { value: 'read', label: '閲覧' },
    ],
  },
];
const read = (pairs: Record<string, string> | [string, string][]) =>
  readFields(fields, urlencodedForm(new URLSearchParams(pairs).toString()), (ja) => ja);

describe('what people type', () => {
  it('is taken full-width, and days from their parts', () => {
    const { values, faults } = read({
      name: ' 株式会社見本 ',
      'day-y': '２０２７',
      'day-m': '１',
      'day-d': '5',
      fee: '１２，３４５円',
      code: '１２３ ４５６',
      plan: 'enterprise',
    });
    expect(faults.size).toBe(0);
    expect(values).toMatchObject({
      name: '株式会社見本',
      day: '2027-01-05',
      fee: '12345',
      code: '123456',
      plan: 'enterprise',
    });
  });

  it('is refused by the field’s label: what is missing, no number, no day, no choice', () => {
    const { values, faults } = read({
      'day-y': '2027',
      'day-m': '2',
      'day-d': '30',
      fee: 'many',
      code: 'x',
      plan: 'gold',
    });
    expect([...faults.keys()]).toEqual(['name', 'day', 'fee', 'code', 'plan']);
    expect(faults.get('name')).toBe('「契約者名」を入力してください。');
    // What was typed is shown again.
    expect(values).toMatchObject({ day: '', 'day-d': '30', fee: 'many' });
  });

  it('may be several choices, and a day that went through a confirmation comes back whole', () => {
    const { values } = read([
      ['name', 'x'],
      ['may', 'ids'],
      ['may', 'read'],
      ['may', 'everything'],
      ['day', '2027-01-05'],
    ]);
    expect(values).toMatchObject({ may: 'ids,read', day: '2027-01-05' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICIES, policiesAt, type PolicyCatalogue } from './contract-policies.ts';

describe('第6条: the prescribed forms are a setting, by service month', () => {
  const catalogue: PolicyCatalogue = [
    ...DEFAULT_POLICIES,
    { fromMonth: '2018-04', prescribedForms: ['portal'] },
  ];

  it('portal and paper by default', () => {
    expect(policiesAt(DEFAULT_POLICIES, '2018-01-01T00:00:00.000Z').prescribedForms).toEqual([
      'portal',
      'paper',
    ]);
  });

  it('the latest that is in force at the instant', () => {
    expect(policiesAt(catalogue, '2018-03-31T14:59:59.999Z').fromMonth).toBe('2016-03');
    expect(policiesAt(catalogue, '2018-03-31T15:00:00.000Z').fromMonth).toBe('2018-04');
  });

  it('in whatever order they are listed; before all of them, the one listed first', () => {
    const [former, later] = catalogue;
    expect(policiesAt([later!, former], '2018-03-31T14:59:59.999Z')).toBe(former);
    expect(policiesAt([later!, former], '2016-02-29T14:59:59.999Z')).toBe(later);
  });
});

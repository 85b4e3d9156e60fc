import type { ServiceMonth } from '@smartkey/calendar';
import { describe, expect, it } from '@jest/globals';
import { planIn, type PlanFromMonth } from './plan-by-month.ts';

const from = (fromMonth: ServiceMonth, plan: PlanFromMonth['plan']): PlanFromMonth => ({ fromMonth, plan });

describe('第4条: the plan of a service month', () => {
  it('is that of the acceptance until a change holds, and none without an acceptance', () => {
    expect(planIn({ planChanges: [] }, '2018-01')).toBeUndefined();
    expect(planIn({ firstPlan: 'enterprise', planChanges: [] }, '2018-01')).toBe('enterprise');
  });

  it('is that of the change latest in or before it, in whatever order they were asked for', () => {
    const planChanges = [from('2018-05', 'enterprise'), from('2018-03', 'service-provider')];
    const history = { firstPlan: 'enterprise', planChanges } as const;
    expect(
      (['2018-02', '2018-03', '2018-04', '2018-05', '2020-01'] as const).map((month) =>
        planIn(history, month),
      ),
    ).toEqual(['enterprise', 'service-provider', 'service-provider', 'enterprise', 'enterprise']);
  });

  it('of two for one month is the later asked for', () => {
    const planChanges = [from('2018-03', 'service-provider'), from('2018-03', 'enterprise')];
    expect(planIn({ firstPlan: 'service-provider', planChanges }, '2018-03')).toBe('enterprise');
  });
});

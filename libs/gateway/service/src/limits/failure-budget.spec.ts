import { describe, expect, it } from '@jest/globals';
import { FailureBudgets } from './failure-budget.ts';

const SETTINGS = { burst: 60, successesPerFailure: 4, secondsPerFailure: 10 };
let now = 0;
const budgets = (): FailureBudgets => new FailureBudgets(SETTINGS, () => now);

/** @returns how many of so many attempts, all failing, were let in one after another. */
async function failed(of: FailureBudgets, attempts: number, key = 'key'): Promise<number> {
  let count = 0;
  for (let n = 0; n < attempts; n += 1)
    try {
      (await of.begin(key))('failure');
      count += 1;
    } catch (error) {
      expect(error).toMatchObject({ status: 429, code: 'rate-limited' });
    }
  return count;
}

describe('failed authentications of one key', () => {
  it('are sixty, then 429 until ten seconds have given one back, each key for itself', async () => {
    const all = budgets();
    expect(await failed(all, 600)).toBe(60);
    await expect(all.begin('key')).rejects.toMatchObject({
      more: { headers: { 'retry-after': '10', 'ratelimit-limit': '60', 'ratelimit-remaining': '0' } },
    });
    now += 6_000;
    await expect(all.begin('key')).rejects.toMatchObject({ more: { headers: { 'retry-after': '4' } } });
    now += 4_000;
    expect(await failed(all, 5)).toBe(1);
    expect(await failed(all, 100, 'another')).toBe(60);
    now += 3_600_000;
    expect(await failed(all, 600)).toBe(60);
  });

  it('are given back by four successes; what says nothing costs nothing', async () => {
    const all = budgets();
    expect(await failed(all, 59)).toBe(59);
    for (let n = 0; n < 8; n += 1) (await all.begin('key'))('success');
    for (let n = 0; n < 100; n += 1) (await all.begin('key'))('neither');
    expect(await failed(all, 100)).toBe(3);
  });

  it('six hundred at once get no further than one after another', async () => {
    const all = budgets();
    let most = 0;
    let underWay = 0;
    const attempt = async (): Promise<'let in' | 'refused'> => {
      const end = await all.begin('key').catch(() => undefined);
      if (end === undefined) return 'refused';
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
      end('failure');
      return 'let in';
    };
    const outcomes = await Promise.all(Array.from({ length: 600 }, attempt));
    expect(outcomes.filter((each) => each === 'let in')).toHaveLength(60);
    expect(most).toBe(60);
  });

  it('successes at once all get in, however many', async () => {
    const all = budgets();
    const attempt = async (): Promise<void> => {
      const end = await all.begin('key');
      await new Promise((resolve) => setTimeout(resolve, 1));
      end('success');
    };
    await Promise.all(Array.from({ length: 1_000 }, attempt));
    expect((all as unknown as { budgets: Map<string, unknown> }).budgets.size).toBe(0);
  });

  it('keep no memory of keys without end', async () => {
    const all = budgets();
    for (let n = 0; n < 60_000; n += 1) (await all.begin(`key ${n}`))('failure');
    expect((all as unknown as { budgets: Map<string, unknown> }).budgets.size).toBeLessThanOrEqual(50_000);
  });
});

import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { ofVersion } from '../settings/dated-entries.ts';
import { DEFAULT_POLICIES, policyIn, type BillingPolicy } from './billing-policy.ts';
import type { EnterPolicies, SetPolicy } from './policies.decide.ts';
import { policiesDecider } from './policies.decider.ts';
import type { PolicySet } from './policies.events.ts';
import { catalogueOf, neverTold } from './policies.state.ts';

const { given, when } = specOf(policiesDecider);
const [base] = DEFAULT_POLICIES;
const b: BillingPolicy = { ...base, version: 'b', from: '2026-04', taxRounding: 'halfUp' };
const told = (policy: BillingPolicy, reason?: string): PolicySet => ({
  type: 'PolicySet',
  version: 1,
  data: { ...policy, ...(reason !== undefined && { reason }) },
});
const enter = (...policies: BillingPolicy[]): EnterPolicies => ({
  type: 'EnterPolicies',
  policies: [base, ...policies],
});
const set = (more: Partial<SetPolicy> = {}): SetPolicy => ({
  type: 'SetPolicy',
  from: '2026-05',
  yenRounding: 'halfUp',
  reason: '規程の改定',
  ...more,
});
const version1 = { version: '2026-05.1', from: '2026-05', yenRounding: 'halfUp' } as const;

describe('policies in the log, by service month', () => {
  it('those of the environment enter once, under their versions, and again nothing', () => {
    when(enter(b)).then(told(base), told(b)).andAgain().thenNothing();
    given(told(base)).when(enter(b)).thenNothing();
  });
  it('one that is set holds from its month on and takes from the month before what it does not name, and again nothing', () => {
    given(told(base), told(b))
      .when(set())
      .then(told({ ...b, ...version1 }, '規程の改定'))
      .andAgain()
      .thenNothing()
      .thenState((state) => {
        expect(policyIn(catalogueOf(state), '2026-04').version).toBe('b');
        expect(policyIn(catalogueOf(state), '2026-05').version).toBe('2026-05.1');
      });
  });
  it('one that no document used can be said anew, under a new version; the former stays known', () => {
    given(told(base), told({ ...base, ...version1 }))
      .when(set({ yenRounding: 'ceil' }))
      .then(told({ ...base, ...version1, version: '2026-05.2', yenRounding: 'ceil' }, '規程の改定'))
      .thenState((state) => {
        expect(catalogueOf(state).map(({ version }) => version)).toEqual(['2016-03.1', '2026-05.2']);
        expect(ofVersion(state, '2026-05.1')).toMatchObject({ yenRounding: 'halfUp' });
      });
  });
  it('what is not named any more is as in the month before again', () => {
    given(told(base), told({ ...base, ...version1 }))
      .when(set({ yenRounding: undefined, taxRounding: 'ceil' }))
      .then(told({ ...base, version: '2026-05.2', from: '2026-05', taxRounding: 'ceil' }, '規程の改定'));
  });
  it.each(['2026-05', '2026-07'] as const)('a month with a document is decided: %s', (month) => {
    given(told(base), told(b))
      .when(set({ first: { month, number: 'SK-000000007' } }))
      .thenRefused({ kind: 'conflict', code: 'used-by-document', pointer: '/fromMonth' });
  });
  it('documents of months that a later entry holds for do not matter; the last month before it does', () => {
    const later = told({ ...base, version: 'c', from: '2026-08' });
    given(told(base), later)
      .when(set({ first: { month: '2026-08', number: 'SK-000000007' } }))
      .then(told({ ...base, ...version1 }, '規程の改定'));
    given(told(base), later)
      .when(set({ first: { month: '2026-07', number: 'SK-000000007' } }))
      .thenRefused({ code: 'used-by-document' });
  });
  it('what is said already may be said again, also where documents used it', () => {
    given(told(base), told({ ...base, ...version1 }))
      .when(set({ first: { month: '2026-05', number: 'SK-000000007' } }))
      .thenNothing();
  });
  it('a month before the terms came into force is refused (附則)', () => {
    given(told(base))
      .when(set({ from: '2016-02' }))
      .thenRefused({ code: 'before-the-terms' });
  });
});

describe('an environment that the log was never told', () => {
  const log = { told: [base, b].map((entry) => ({ entry, setAt: '2026-01-01T00:00:00.000Z' as const })) };

  it('is found by its first entry: another version, month or content', () => {
    expect(neverTold(log, [base, b])).toBeUndefined();
    expect(neverTold(log, [base])).toBeUndefined();
    for (const other of [{ version: 'c' }, { from: '2026-05' }, { taxRounding: 'ceil' }] as const)
      expect(neverTold(log, [base, { ...b, ...other }])).toMatchObject(other);
    const paymentTerm = { ...b.paymentTerm, monthsAfter: 2 };
    expect(neverTold(log, [base, { ...b, paymentTerm }])).toMatchObject({ paymentTerm });
  });
  it('defaults of another program are none of the operator’s', () => {
    expect(neverTold({ told: [] }, DEFAULT_POLICIES)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import type { IssuerData, IssuerEntry } from './issuer-catalogue.ts';
import { issuerEntryIn } from './issuer-catalogue.ts';
import type { SetIssuer } from './issuer.decide.ts';
import { issuerDecider } from './issuer.decider.ts';
import type { IssuerSet } from './issuer.events.ts';
import { issuersOf, wasTold } from './issuer.state.ts';

const { given, when } = specOf(issuerDecider);
const NUMBER = 'T7123456789012';
const first: IssuerEntry = {
  version: '2016-03.1',
  from: '2016-03',
  name: '株式会社見本',
  registrationNumber: null,
};
const data: IssuerData = {
  name: '株式会社見本',
  registrationNumber: NUMBER,
  postalCode: '100-0001',
  address: '東京都千代田区千代田1-1',
  phone: '03-1234-5678',
  bankAccount: { bank: '見本銀行', branch: '本店', type: 'ordinary', number: '1234567', holder: 'カ)ミホン' },
  taxPeriodEnd: '03-31',
};
const told = (entry: IssuerEntry, reason?: string): IssuerSet => ({
  type: 'IssuerSet',
  version: 1,
  data: { ...entry, ...(reason !== undefined && { reason }) },
});
const set = (more: Partial<SetIssuer> = {}): SetIssuer => ({
  type: 'SetIssuer',
  from: '2023-10',
  issuer: data,
  reason: '登録',
  ...more,
});

describe('the issuer in the log, by service month', () => {
  it('what the environment says holds for all months, and again nothing', () => {
    when({ type: 'EnterIssuer', issuer: { name: '株式会社見本', registrationNumber: null } })
      .then(told(first))
      .andAgain()
      .thenNothing();
  });
  it('an entry is whole and holds from its month on, and again nothing', () => {
    given(told(first))
      .when(set())
      .then(told({ ...data, version: '2023-10.1', from: '2023-10' }, '登録'))
      .andAgain()
      .thenNothing()
      .thenState((state) => {
        expect(issuerEntryIn(issuersOf(state), '2023-09')).toEqual(first);
        expect(issuerEntryIn(issuersOf(state), '2023-10')).toMatchObject(data);
        expect(issuerEntryIn(issuersOf(state), '2016-02')).toEqual(first);
      });
  });
  it('what an entry leaves out is not said any more', () => {
    given(told(first), told({ ...data, version: '2023-10.1', from: '2023-10' }))
      .when(set({ issuer: { name: '新見本', registrationNumber: NUMBER } }))
      .then(
        told({ name: '新見本', registrationNumber: NUMBER, version: '2023-10.2', from: '2023-10' }, '登録'),
      );
  });
  it('another bank account is another entry', () => {
    const bankAccount = { ...data.bankAccount!, number: '7654321' };
    given(told(first), told({ ...data, version: '2023-10.1', from: '2023-10' }))
      .when(set({ issuer: { ...data, bankAccount } }))
      .then(told({ ...data, bankAccount, version: '2023-10.2', from: '2023-10' }, '登録'));
  });
  it.each<[string, Partial<IssuerData>]>([
    ['endpoint', { endpoint: { scheme: '0221', id: NUMBER } }],
    ['bank code', { bankAccount: { ...data.bankAccount!, bankCode: '1234' } }],
    ['branch code', { bankAccount: { ...data.bankAccount!, branchCode: '567' } }],
  ])('another %s is another entry, and again nothing', (_what, more) => {
    given(told(first), told({ ...data, version: '2023-10.1', from: '2023-10' }))
      .when(set({ issuer: { ...data, ...more } }))
      .then(told({ ...data, ...more, version: '2023-10.2', from: '2023-10' }, '登録'))
      .andAgain()
      .thenNothing();
  });
  it('a month with a document is decided', () => {
    given(told(first))
      .when(set({ first: { month: '2023-11', number: 'SK-000000007' } }))
      .thenRefused({ kind: 'conflict', code: 'used-by-document', pointer: '/from' });
  });
  it.each([
    ['a wrong check digit', { registrationNumber: 'T1234567890123' }, 'registration-number'],
    ['a day that no year has', { taxPeriodEnd: '02-30' }, 'tax-period-end'],
    ['a month that no year has', { taxPeriodEnd: '13-01' }, 'tax-period-end'],
    ['day 0', { taxPeriodEnd: '03-00' }, 'tax-period-end'],
  ])('%s is refused', (_what, more, code) => {
    given(told(first))
      .when(set({ issuer: { ...data, ...more } }))
      .thenRefused({ kind: 'invalid', code });
  });
  it('a month before the terms came into force is refused (附則)', () => {
    given(told(first))
      .when(set({ from: '2016-02' }))
      .thenRefused({ code: 'before-the-terms' });
  });
  it('an environment is known by what it says, wherever in the log', () => {
    const entries = {
      told: [first, { ...first, registrationNumber: NUMBER }].map((entry) => ({
        entry,
        setAt: '2026-01-01T00:00:00.000Z' as const,
      })),
    };
    expect(wasTold(entries, {})).toBe(true);
    expect(wasTold(entries, { name: '株式会社見本', registrationNumber: NUMBER })).toBe(true);
    expect(wasTold(entries, { name: '別の会社' })).toBe(false);
    expect(wasTold(entries, { name: '株式会社見本', registrationNumber: 'T1000000000001' })).toBe(false);
  });
});

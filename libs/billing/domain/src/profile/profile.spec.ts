import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { recipientOf, type BillingProfile } from './billing-profile.ts';
import type { ChangeBillingProfile } from './profile.decide.ts';
import { billingProfile } from './profile.decider.ts';
import type { BillingProfileChanged } from './profile.events.ts';

const { given, when } = specOf(billingProfile);
const change = (more: Partial<ChangeBillingProfile>): ChangeBillingProfile => ({
  contract: 'ctr_1',
  role: 'operator',
  ...more,
});
const changed = (profile: BillingProfile): BillingProfileChanged => ({
  type: 'BillingProfileChanged',
  version: 2,
  data: { contract: 'ctr_1', ...profile },
});
const WHOLE: BillingProfile = {
  billTo: {
    name: '支払株式会社',
    honorific: '御中',
    postalCode: '100-0001',
    address: '東京都',
    department: '経理部',
    contact: '山田',
  },
  email: 'finance@example.co.jp',
  purchaseOrder: 'PO-1',
  endpoint: { scheme: '0188', id: '7123456789012' },
  paymentTerm: { monthsAfter: 2, onHoliday: 'previous-banking-day' },
  delivery: ['mail', 'download'],
};

describe('the billing profile of a contract', () => {
  it('says what is named, keeps the rest, and again nothing', () => {
    when(change(WHOLE)).then(changed(WHOLE)).andAgain().thenNothing();
    given(changed(WHOLE))
      .when(change({ purchaseOrder: 'PO-2', billTo: { contact: '佐藤' } }))
      .then(changed({ ...WHOLE, purchaseOrder: 'PO-2', billTo: { ...WHOLE.billTo, contact: '佐藤' } }))
      .andAgain()
      .thenNothing();
  });
  it('null takes a part away, and again nothing', () => {
    given(changed(WHOLE))
      .when(
        change({
          email: null,
          purchaseOrder: null,
          endpoint: null,
          paymentTerm: null,
          billTo: { name: null, department: null },
        }),
      )
      .then(
        changed({
          billTo: { honorific: '御中', postalCode: '100-0001', address: '東京都', contact: '山田' },
          delivery: ['mail', 'download'],
        }),
      )
      .andAgain()
      .thenNothing();
  });
  it('what was never said needs no taking away', () => {
    when(change({ purchaseOrder: null, billTo: { contact: null } })).thenNothing();
  });
  it.each<[string, Partial<ChangeBillingProfile>]>([
    ['endpoint', { endpoint: { scheme: '0188', id: 'x' } }],
    ['delivery', { delivery: ['mail'] }],
    ['payment term', { paymentTerm: null }],
    ['name', { billTo: { name: '別' } }],
    ['honorific', { billTo: { honorific: '様' } }],
    ['address, with what it may', { purchaseOrder: 'PO-1', billTo: { contact: '山田', address: '東京都' } }],
  ])('a contractor does not change the %s', (_what, more) => {
    when(change({ role: 'contractor', ...more })).thenRefused({
      kind: 'forbidden',
      code: 'billing-profile-of-operator',
    });
  });
  it('a contractor changes contact, mail address and purchase-order number', () => {
    const email = 'finance@example.co.jp';
    when(change({ role: 'contractor', email, purchaseOrder: 'PO-1', billTo: { contact: '山田' } }))
      .then(changed({ email, purchaseOrder: 'PO-1', billTo: { contact: '山田' } }))
      .andAgain()
      .thenNothing();
  });
});

describe('whom a document is made out to', () => {
  const party = { name: '契約株式会社', department: '総務部', address: '大阪府' };

  it('the party to the contract, without a profile', () =>
    expect(recipientOf({ billTo: {} }, party)).toEqual(party));
  it('the party, with what the profile adds', () =>
    expect(recipientOf({ billTo: { honorific: '御中', contact: '山田', address: '東京都' } }, party)).toEqual(
      {
        ...party,
        honorific: '御中',
        contact: '山田',
        address: '東京都',
      },
    ));
  it('one that is named stands for itself: nothing of the party’s address is taken', () =>
    expect(recipientOf({ billTo: { name: '支払株式会社', postalCode: '100-0001' } }, party)).toEqual({
      name: '支払株式会社',
      postalCode: '100-0001',
    }));
  it('nobody, where nobody is named', () =>
    expect(recipientOf({ billTo: { contact: '山田' } }, undefined)).toBeUndefined());
});

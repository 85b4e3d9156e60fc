import { defined, forbidden, ok, type Decision, type Role, type ContractId } from '@smartkey/kernel';
import type { PaymentTerm } from '../policies/billing-policy.ts';
import {
  sameProfile,
  type BillingProfile,
  type BillTo,
  type Delivery,
  type Endpoint,
} from './billing-profile.ts';
import { BILLING_PROFILE_CHANGED_VERSION, type BillingProfileChanged } from './profile.events.ts';

/** `null` takes a part away; what is missing stays. */
type Change<T> = { readonly [Part in keyof T]?: T[Part] | null | undefined };

export interface ChangeBillingProfile {
  readonly contract: ContractId;
  readonly role: Role;
  readonly billTo?: Change<BillTo> | undefined;
  readonly email?: string | null | undefined;
  readonly purchaseOrder?: string | null | undefined;
  readonly endpoint?: Endpoint | null | undefined;
  readonly paymentTerm?: PaymentTerm | null | undefined;
  readonly delivery?: readonly Delivery[] | undefined;
  readonly customerCode?: string | null | undefined;
}

export function changeBillingProfile(
  command: ChangeBillingProfile,
  state: BillingProfile,
): Decision<BillingProfileChanged> {
  const {
    contract,
    role,
    billTo = {},
    email,
    purchaseOrder,
    endpoint,
    paymentTerm,
    delivery,
    customerCode,
  } = command;
  const office = [billTo.name, billTo.honorific, billTo.postalCode, billTo.address, billTo.department];
  if (
    role === 'contractor' &&
    [...office, endpoint, paymentTerm, delivery, customerCode].some((part) => part !== undefined)
  )
    return forbidden(
      'billing-profile-of-operator',
      'A contractor changes contact, mail address and purchase-order number; the rest is for the operator.',
    );
  const profile = defined({
    billTo: defined({
      name: after(state.billTo.name, billTo.name),
      honorific: after(state.billTo.honorific, billTo.honorific),
      postalCode: after(state.billTo.postalCode, billTo.postalCode),
      address: after(state.billTo.address, billTo.address),
      department: after(state.billTo.department, billTo.department),
      contact: after(state.billTo.contact, billTo.contact),
    }),
    email: after(state.email, email),
    purchaseOrder: after(state.purchaseOrder, purchaseOrder),
    endpoint: after(state.endpoint, endpoint),
    paymentTerm: after(state.paymentTerm, paymentTerm),
    delivery: after(state.delivery, delivery),
    customerCode: after(state.customerCode, customerCode),
  });
  if (sameProfile(profile, state)) return ok([]);
  const data = { contract, ...profile };
  return ok([{ type: 'BillingProfileChanged', version: BILLING_PROFILE_CHANGED_VERSION, data }]);
}

const after = <T>(before: T | undefined, change: T | null | undefined): T | undefined =>
  change === undefined ? before : (change ?? undefined);

import type { BillingProfile, Delivery, HONORIFICS, Recipient } from '@smartkey/billing-domain';
import type { PaymentTermView } from '../policies/policy-view.ts';

/** What is agreed of a contract's documents, as the public surface shows it. */
export interface BillingProfileView {
  readonly billTo: BillToView;
  /** The mailbox that documents are sent to. */
  readonly email?: string;
  readonly purchaseOrder?: string;
  readonly endpoint?: { readonly scheme: string; readonly id: string };
  readonly paymentTerm?: PaymentTermView;
  readonly delivery: readonly Delivery[];
  /** The customer's code in the operator's books; absent: the contract's id stands for it. */
  readonly customerCode?: string;
}

/** Whom the next document is made out to. */
interface BillToView {
  readonly name?: string;
  readonly honorific: (typeof HONORIFICS)[number];
  readonly postalCode?: string;
  readonly address?: string;
  readonly department?: string;
  readonly contact?: string;
}

export const billingProfileView = (
  { delivery = ['download'], ...profile }: BillingProfile,
  recipient: Recipient | undefined,
): BillingProfileView => ({
  ...profile,
  billTo: { honorific: '御中', ...(recipient ?? profile.billTo) },
  delivery,
});

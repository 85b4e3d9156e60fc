import type { Recipient } from '../invoice/invoice.ts';
import type { PaymentTerm } from '../policies/billing-policy.ts';

export const HONORIFICS = ['御中', '様'] as const;
export const DELIVERIES = ['mail', 'e-invoice', 'download'] as const;

/** How documents reach the contractor. */
export type Delivery = (typeof DELIVERIES)[number];

/** An address of the Peppol network: scheme by ISO 6523, `0188` for a corporate number. */
export interface Endpoint {
  readonly scheme: string;
  readonly id: string;
}

/** Whom documents are made out to, as far as it is other than the party to the contract, or more. */
export type BillTo = Partial<Recipient>;

/** What is agreed of a contract's documents; a part that is missing is as the contract or the policy has it. */
export interface BillingProfile {
  readonly billTo: BillTo;
  /** The mailbox that documents are sent to. */
  readonly email?: string;
  /** 注文番号. */
  readonly purchaseOrder?: string;
  readonly endpoint?: Endpoint;
  readonly paymentTerm?: PaymentTerm;
  readonly delivery?: readonly Delivery[];
  /** The customer's code in the operator's books; the contract's id where there is none. */
  readonly customerCode?: string;
}

export const NO_PROFILE: BillingProfile = { billTo: {} };

/**
 * Whom a document is made out to. One that is named in the profile stands for itself; without a name the profile adds to the party of
 * the contract.
 */
export function recipientOf({ billTo }: BillingProfile, party: Recipient | undefined): Recipient | undefined {
  const { name = party?.name } = billTo;
  if (name === undefined) return undefined;
  return { ...(billTo.name === undefined ? party : {}), ...billTo, name };
}

const contentOf = ({
  billTo,
  email,
  purchaseOrder,
  endpoint,
  paymentTerm,
  delivery,
  customerCode,
}: BillingProfile) => [
  billTo.name,
  billTo.honorific,
  billTo.postalCode,
  billTo.address,
  billTo.department,
  billTo.contact,
  email,
  purchaseOrder,
  endpoint?.scheme,
  endpoint?.id,
  paymentTerm?.monthsAfter,
  paymentTerm?.onHoliday,
  delivery?.join(),
  customerCode,
];

/** Whether two profiles say the same. */
export function sameProfile(a: BillingProfile, b: BillingProfile): boolean {
  const other = contentOf(b);
  return contentOf(a).every((value, index) => value === other[index]);
}

/** What stands for a customer in files for ERPs. */
export const customerCodeOf = ({ customerCode }: BillingProfile, contract: string): string =>
  customerCode ?? contract;

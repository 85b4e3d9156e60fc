import type { ContractId, DomainEvent } from '@smartkey/kernel';
import type { Delivery } from '../profile/billing-profile.ts';

/** What tells of a delivery in each of its events. */
export interface OfDelivery {
  /** Of the document. */
  readonly number: string;
  readonly contract: ContractId;
  /** 1, 2, … of the document. */
  readonly delivery: number;
  readonly channel: Delivery;
}

/** A document shall go to the contractor: by itself after its issue, or since somebody sends it again. */
export type DeliveryRequested = DomainEvent<
  'DeliveryRequested',
  OfDelivery & {
    /** A mail address; an address in the Peppol network, `0188:7123456789012`. */
    readonly to: string;
  }
>;

/** The document reached the contractor's side: the mail server took it, its file was handed over, or it was downloaded for the first time. */
export type InvoiceDelivered = DomainEvent<'InvoiceDelivered', OfDelivery & { readonly to?: string }>;

/** It will not: nobody is named whom it could go to, or the server refuses for good. */
export type DeliveryRefused = DomainEvent<'DeliveryRefused', OfDelivery & { readonly reason: string }>;

export type DeliveryEvent = DeliveryRequested | InvoiceDelivered | DeliveryRefused;

import type { Delivery, DocumentDelivery } from '@smartkey/billing-domain';
import type { Instant } from '@smartkey/kernel';

/** A delivery of a document, as the public surface shows it. */
export interface DeliveryView {
  /** 1, 2, … of the document. */
  readonly delivery: number;
  readonly channel: Delivery;
  /** A mail address; an address in the Peppol network. Missing for a download. */
  readonly to?: string;
  /** When it went out, was refused or downloaded; of one that waits, when it was asked for. */
  readonly at: Instant;
  readonly status: 'waiting' | 'delivered' | 'refused';
  /**
   * Why it was refused.
   * @example recipient 550 5.1.1
   */
  readonly reason?: string;
}

export const deliveryView = (delivery: DocumentDelivery): DeliveryView => ({
  delivery: delivery.delivery,
  channel: delivery.channel,
  ...(delivery.to !== undefined && { to: delivery.to }),
  at: delivery.status === 'waiting' ? delivery.requestedAt : delivery.at,
  status: delivery.status,
  ...(delivery.status === 'refused' && { reason: delivery.reason }),
});

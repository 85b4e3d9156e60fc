import { unreachable, type Fact, type Instant } from '@smartkey/kernel';
import type { Delivery } from '../profile/billing-profile.ts';
import type { DeliveryEvent } from './delivery.events.ts';

interface Begun {
  /** 1, 2, … of the document. */
  readonly delivery: number;
  readonly channel: Delivery;
  readonly to?: string;
  /** Of the request; of a download and of one that nobody could be sent, of itself. */
  readonly requestedAt: Instant;
}

/** A delivery of a document. */
export type DocumentDelivery =
  | (Begun & { readonly status: 'waiting' })
  | (Begun & { readonly status: 'delivered'; readonly at: Instant })
  | (Begun & { readonly status: 'refused'; readonly at: Instant; readonly reason: string });

/** All deliveries of a document, in the order in which they began. */
export type Deliveries = readonly DocumentDelivery[];

/** Total: an event that does not fit leaves the state as it is. */
export function evolveDeliveries(state: Deliveries, event: Fact<DeliveryEvent>): Deliveries {
  const { delivery, channel } = event.data;
  const at = event.occurredAt;
  const before = state.find((each) => each.delivery === delivery);
  const begun = before ?? { delivery, channel, requestedAt: at };
  switch (event.type) {
    case 'DeliveryRequested':
      return before === undefined ? [...state, { ...begun, to: event.data.to, status: 'waiting' }] : state;
    case 'InvoiceDelivered':
      if (before !== undefined && before.status !== 'waiting') return state;
      return replaced(state, {
        ...begun,
        ...(event.data.to !== undefined && { to: event.data.to }),
        status: 'delivered',
        at,
      });
    case 'DeliveryRefused':
      if (before !== undefined && before.status !== 'waiting') return state;
      return replaced(state, { ...begun, status: 'refused', at, reason: event.data.reason });
    default:
      return unreachable(event, state);
  }
}

const replaced = (state: Deliveries, next: DocumentDelivery): Deliveries => [
  ...state.filter((each) => each.delivery !== next.delivery),
  next,
];

import { conflict, event, invalid, ok, type ContractId, type Decision, type Instant } from '@smartkey/kernel';
import type { Delivery } from '../profile/billing-profile.ts';
import type { DeliveryEvent, OfDelivery } from './delivery.events.ts';
import type { Deliveries } from './delivery.state.ts';

/** How documents are sent; a download is fetched. */
export type SentBy = Exclude<Delivery, 'download'>;

interface OfDocument {
  readonly number: string;
  readonly contract: ContractId;
}

/** A document goes out by a channel. */
export interface RequestDelivery extends OfDocument {
  readonly type: 'Request';
  readonly channel: SentBy;
  /** Whom it goes to; `undefined` where nobody is named. */
  readonly to: string | undefined;
  /** By itself after the issue, once for each channel; or since somebody asks for it, as often as that is. */
  readonly cause: 'issue' | 'person';
}

/** What became of one. */
export interface RecordDelivered extends OfDocument {
  readonly type: 'RecordDelivered';
  readonly delivery: number;
  readonly at: Instant;
}

export interface RecordRefused extends OfDocument {
  readonly type: 'RecordRefused';
  readonly delivery: number;
  readonly reason: string;
  readonly at: Instant;
}

/** The contractor fetched the document. */
export interface RecordDownload extends OfDocument {
  readonly type: 'RecordDownload';
}

export type DeliveryCommand = RequestDelivery | RecordDelivered | RecordRefused | RecordDownload;

/** A document is not sent oftener. */
const MOST = 100;

const next = (state: Deliveries, { number, contract }: OfDocument, channel: Delivery): OfDelivery => ({
  number,
  contract,
  delivery: state.length + 1,
  channel,
});

export function requestDelivery(command: RequestDelivery, state: Deliveries): Decision<DeliveryEvent> {
  const { channel, to, cause } = command;
  const before = state.filter((each) => each.channel === channel);
  const about = next(state, command, channel);
  if (cause === 'issue') {
    if (before.length > 0) return ok([]);
    return ok([
      to === undefined
        ? event('DeliveryRefused', { ...about, reason: 'no-recipient' })
        : event('DeliveryRequested', { ...about, to }),
    ]);
  }
  if (to === undefined)
    return invalid(
      'no-recipient',
      channel === 'mail'
        ? 'The billing profile names no mail address.'
        : 'The billing profile names no address in the network.',
      { rule: 'billing-profile', pointer: '/channel' },
    );
  if (before.some(({ status }) => status === 'waiting'))
    return conflict('delivery-under-way', 'It is on its way by this channel already.', {
      pointer: '/channel',
    });
  if (state.length >= MOST)
    return conflict('too-many-deliveries', `A document is sent ${MOST} times at most.`);
  return ok([event('DeliveryRequested', { ...about, to })]);
}

export function recordDelivered(command: RecordDelivered, state: Deliveries): Decision<DeliveryEvent> {
  const begun = waiting(command, state);
  if (begun === undefined) return ok([]);
  const { number, contract, delivery, at } = command;
  const { channel, to } = begun;
  return ok([
    event('InvoiceDelivered', { number, contract, delivery, channel, ...(to !== undefined && { to }) }, at),
  ]);
}

export function recordRefused(command: RecordRefused, state: Deliveries): Decision<DeliveryEvent> {
  const begun = waiting(command, state);
  if (begun === undefined) return ok([]);
  const { number, contract, delivery, reason, at } = command;
  return ok([event('DeliveryRefused', { number, contract, delivery, channel: begun.channel, reason }, at)]);
}

/** The first one is recorded. */
export const recordDownload = (command: RecordDownload, state: Deliveries): Decision<DeliveryEvent> =>
  ok(
    state.some(({ channel }) => channel === 'download')
      ? []
      : [event('InvoiceDelivered', next(state, command, 'download'))],
  );

const waiting = ({ delivery }: { readonly delivery: number }, state: Deliveries) =>
  state.find((each) => each.delivery === delivery && each.status === 'waiting');

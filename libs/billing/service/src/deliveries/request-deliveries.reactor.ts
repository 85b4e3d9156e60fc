import { DOCUMENT_TYPES, type BillingProfile, type SentBy } from '@smartkey/billing-domain';
import type { BillingMessages } from '@smartkey/messages';
import type { Reactor } from '@smartkey/projections';
import type { BillingProfiles } from '../billing-profile/billing-profiles.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { DeliveryQueue } from './delivery-queue.ts';

/** Whom documents go to by a channel, as the profile says. */
export function recipientBy(channel: SentBy, { email, endpoint }: BillingProfile): string | undefined {
  if (channel === 'mail') return email;
  return endpoint && `${endpoint.scheme}:${endpoint.id}`;
}

/** The channels by which a contract's documents are sent. */
const sentBy = ({ delivery = [] }: BillingProfile): readonly SentBy[] =>
  delivery.filter((channel) => channel !== 'download');

/**
 * Requests the deliveries of documents that were issued, as their contract's profile has it, and queues what was requested; what waited for a file is due when
 * that is there. What it has reacted to before is never reacted to again by a rebuild.
 * @param start position of billing's log; documents up to it are not sent by themselves.
 */
export const requestDeliveriesReactor = (
  parts: {
    readonly deliveries: DeliveryLog;
    readonly profiles: BillingProfiles;
    readonly queue: DeliveryQueue;
  },
  start: bigint,
  wake: () => void,
): Reactor => ({
  name: 'request-deliveries',
  sources: ['billing'],
  types: new Set([...DOCUMENT_TYPES, 'DeliveryRequested', 'DocumentRendered']),
  async react(messages) {
    const { deliveries, profiles, queue } = parts;
    const issued = messages.flatMap(({ type, contract, data, position }) =>
      DOCUMENT_TYPES.has(type) && position > start && contract !== undefined
        ? [{ contract, number: (data as BillingMessages['InvoiceIssued']).number }]
        : [],
    );
    const of = await profiles.ofMany([...new Set(issued.map(({ contract }) => contract))]);
    for (const { contract, number } of issued) {
      const profile = of.get(contract)!;
      for (const channel of sentBy(profile))
        await deliveries.record(
          { type: 'Request', number, contract, channel, to: recipientBy(channel, profile), cause: 'issue' },
          channel,
        );
    }
    const requested = messages
      .filter(({ type }) => type === 'DeliveryRequested')
      .map(({ data }) => data as BillingMessages['DeliveryRequested']);
    const rendered = messages
      .filter(({ type }) => type === 'DocumentRendered')
      .map(({ data }) => (data as BillingMessages['DocumentRendered']).number);
    if (requested.length > 0) await queue.add(requested);
    if (rendered.length > 0) await queue.rendered(rendered);
    if (requested.length > 0 || rendered.length > 0) wake();
  },
});

import { expect, it } from '@jest/globals';
import type { Message } from '@smartkey/event-bus';
import type { BillingProfiles } from '../billing-profile/billing-profiles.ts';
import type { DeliveryLog } from './delivery-log.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import { requestDeliveriesReactor } from './request-deliveries.reactor.ts';

it('looks the profiles of a whole batch up at once, and each contract once', async () => {
  const asked: (readonly string[])[] = [];
  const recorded: string[] = [];
  const reactor = requestDeliveriesReactor(
    {
      profiles: {
        ofMany: (contracts: readonly string[]) => {
          asked.push(contracts);
          return Promise.resolve(
            new Map(contracts.map((each) => [each, { delivery: ['mail'], email: `${each}@example.com` }])),
          );
        },
      } as unknown as BillingProfiles,
      deliveries: {
        record: ({ number, to }: { number: string; to: string }) => {
          recorded.push(`${number} ${to}`);
          return Promise.resolve();
        },
      } as unknown as DeliveryLog,
      queue: {} as DeliveryQueue,
    },
    10n,
    () => undefined,
  );
  const issued = (position: bigint, contract: string) =>
    ({ type: 'InvoiceIssued', contract, position, data: { number: `R-${position}` } }) as unknown as Message;
  await reactor.react([
    issued(9n, 'ctr_0'),
    issued(11n, 'ctr_1'),
    issued(12n, 'ctr_2'),
    issued(13n, 'ctr_1'),
  ]);
  expect(asked).toEqual([['ctr_1', 'ctr_2']]);
  expect(recorded).toEqual(['R-11 ctr_1@example.com', 'R-12 ctr_2@example.com', 'R-13 ctr_1@example.com']);
});

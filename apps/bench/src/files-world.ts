import type { Instant } from '@smartkey/kernel';
import { whileOpen } from '@smartkey/lifecycle';
import { BillingClient } from './billing-client.ts';
import { generatedBilling, ISSUER_NAME, REGISTRATION_NUMBER } from './generated-billing.ts';
import { GeneratedFeed } from './generated-feed.ts';
import { generatedPeers } from './generated-peers.ts';
import { sendAll } from './paced.ts';
import { withScratchServer } from './scratch.ts';
import { contractSays, id, MONTH, NOW, registrySays } from './spoken-logs.ts';

export interface FilesScale {
  readonly documents: number;
  readonly accounts: number;
}

/** Profiles are changed so many at a time, as offices would. */
const AT_ONCE = 8;
/** All that a JP PINT file names of its issuer. */
const ISSUER = {
  from: MONTH,
  name: ISSUER_NAME,
  registrationNumber: REGISTRATION_NUMBER,
  postalCode: '150-0001',
  address: '東京都渋谷区神宮前1-1-1',
  bankAccount: { bank: '見本銀行', branch: '本店', type: 'ordinary', number: '1234567', holder: 'ミホン' },
  endpoint: { scheme: '0188', id: '7123456789012' },
  reason: 'Peppol',
};
/** And of whom it goes to. */
const profileOf = (n: number): object => ({
  billTo: {
    postalCode: '100-0001',
    address: `東京都千代田区千代田1-1-${n + 1}`,
    department: '情報システム部',
  },
  endpoint: { scheme: '0188', id: '7000012050002' },
  customerCode: `K-${n}`,
});

/** A billing service on a scratch database, with a month whose documents are issued. */
export interface FilesWorld {
  /** To lay files into. */
  readonly folder: string;
  /** The service that closed the month, which renders what it is asked for and nothing else; it ends with the next call. */
  readonly onDemand: BillingClient;
  /** The same service again, which renders all that is there. It does nothing before `run`. */
  inBackground(): Promise<{ readonly client: BillingClient; readonly run: () => Promise<void> }>;
}

/** Issues a month of documents, each with its share of the accounts, and with all that their files need. */
export function withFilesWorld<T>(
  { documents, accounts }: FilesScale,
  tell: (line: string) => void,
  work: (world: FilesWorld) => Promise<T>,
): Promise<T> {
  return withScratchServer((server) =>
    whileOpen(async (closers) => {
      const now = (): Instant => NOW;
      const scale = { contracts: documents, accounts, successes: 0 };
      const contract = new GeneratedFeed('contract', documents * 4, contractSays, now);
      const registry = new GeneratedFeed('device-registry', accounts, registrySays(scale), now);
      const logs = {
        contract,
        'device-registry': registry,
        authentication: new GeneratedFeed('authentication', 0, registrySays(scale), now),
      };
      const billing = await generatedBilling(closers, server, now, logs);
      await generatedPeers(closers, billing.peers, logs);
      const serviceThat = (rendering: string) =>
        billing.make({ SMARTKEY_RENDERING: rendering, SMARTKEY_SELECTION_DOCUMENTS: '100000' });
      const closing = await serviceThat('on-demand');
      await closing.run();
      const end = async (): Promise<void> => {
        await closing.stopListening();
        await closing.stop();
      };
      let ended: Promise<void> | undefined;
      closers.add('the closing service', () => (ended ??= end()));
      const onDemand = new BillingClient(closing, billing.token);
      await onDemand.projected('contract', contract.end);
      await onDemand.projected('device-registry', registry.end);
      tell(`${accounts} accounts are in the ledger`);
      await onDemand.call('PUT', '/v1/billing/issuer', ISSUER);
      await sendAll([...Array(documents).keys()], AT_ONCE, (n) =>
        onDemand.call('PATCH', `/v1/contracts/${id('ctr', n)}/billing-profile`, profileOf(n)),
      );
      tell(`${documents} billing profiles are there`);
      await onDemand.close(MONTH, documents);
      tell(`${documents} documents are issued`);
      return work({
        folder: billing.folder,
        onDemand,
        inBackground: async () => {
          await (ended ??= end());
          const service = await serviceThat('background');
          closers.add('the service', () => service.stop());
          closers.add('its routes', () => service.stopListening());
          return { client: new BillingClient(service, billing.token), run: () => service.run() };
        },
      });
    }),
  );
}

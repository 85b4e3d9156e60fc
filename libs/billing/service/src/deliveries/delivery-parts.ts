import { Closers } from '@smartkey/lifecycle';
import { mailMetrics, MailOutbox, MailWorker, openMailer } from '@smartkey/mail';
import type { Reactor } from '@smartkey/projections';
import type { ServiceParts } from '@smartkey/runtime';
import type { BillingProfiles } from '../billing-profile/billing-profiles.ts';
import type { InvoiceLog } from '../log/invoice-log.ts';
import type { BillingSettings } from '../settings/billing.settings.ts';
import { DeliveryLog } from './delivery-log.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { DeliveryMetrics } from './delivery.metrics.ts';
import { DeliveryWorker, mailOutcomes } from './delivery-worker.ts';
import { EInvoiceFolder } from './e-invoice-folder.ts';
import type { RenderedFiles } from './rendered-files.ts';
import { requestDeliveriesReactor } from './request-deliveries.reactor.ts';

/** What sends documents. */
export interface Sending {
  readonly provided: readonly object[];
  readonly reactor: Reactor;
  start(): void;
  stop(): Promise<void>;
}

/** Puts together what sends documents: the log of deliveries, the worker that carries them out, and the mails. */
export async function sendingParts(
  parts: ServiceParts,
  {
    settings,
    documents,
    profiles,
    files,
  }: {
    readonly settings: BillingSettings;
    readonly documents: InvoiceLog;
    readonly profiles: BillingProfiles;
    readonly files: RenderedFiles;
  },
): Promise<Sending> {
  const { database, store, clock, log } = parts;
  const queue = new DeliveryQueue(database);
  const metrics = new DeliveryMetrics(parts.metrics, queue);
  const deliveries = new DeliveryLog(parts, metrics);
  const outbox = new MailOutbox(parts);
  const mails = new MailWorker({
    ...parts,
    mailer: openMailer(settings.mails),
    onOutcome: mailOutcomes(deliveries, documents),
  });
  const stopMailMetrics = mailMetrics(parts.metrics, parts.name, parts);
  const eInvoices = new EInvoiceFolder(settings.eInvoiceFolder);
  const worker = new DeliveryWorker({
    database,
    clock,
    log,
    deliveries,
    queue,
    documents,
    files,
    outbox,
    mails,
    eInvoices,
  });
  const begun = await queue.start(() => store.settledPosition());
  return {
    provided: [deliveries, outbox],
    reactor: requestDeliveriesReactor({ deliveries, profiles, queue }, begun, () => worker.wake()),
    start: () => {
      worker.start();
      mails.start();
    },
    stop: async () => {
      const closers = new Closers();
      closers.add('their figures', () => metrics.stop());
      closers.add('figures of mails', stopMailMetrics);
      closers.add('mails', () => mails.stop());
      closers.add('deliveries', () => worker.stop());
      await closers.close();
    },
  };
}

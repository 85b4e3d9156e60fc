import { formOf, type DocumentDelivery, type Invoice } from '@smartkey/billing-domain';
import { workAlone, type Database } from '@smartkey/database';
import type { Clock } from '@smartkey/kernel';
import { Loop, Worker } from '@smartkey/lifecycle';
import type { MailOutbox, MailOutcome, MailWorker } from '@smartkey/mail';
import { failingWork } from '@smartkey/projections';
import type { Logger } from 'pino';
import type { InvoiceLog } from '../log/invoice-log.ts';
import type { DeliveryLog } from './delivery-log.ts';
import { deliveryMail } from './delivery-mail.ts';
import type { DeliveryQueue, DueDelivery } from './delivery-queue.ts';
import type { EInvoiceFolder } from './e-invoice-folder.ts';
import type { RenderedFiles } from './rendered-files.ts';

/** How often to look for what is due that another instance has left, and how soon again where one is at it or all fails (system time). */
const LOOK_MILLIS = 15_000;
const BUSY_MILLIS = 2_000;
/** No two looks follow each other sooner (system time). */
const LEAST_REST_MILLIS = 50;
const BATCH = 20;
const LOCK = 'deliveries';

export interface DeliveryParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly deliveries: DeliveryLog;
  readonly queue: DeliveryQueue;
  readonly documents: InvoiceLog;
  readonly files: RenderedFiles;
  readonly outbox: MailOutbox;
  readonly mails: MailWorker;
  readonly eInvoices: EInvoiceFolder;
}

/** Carries deliveries out that were requested, one instance at a time: each waits for its document's file. */
export class DeliveryWorker extends Worker {
  protected readonly loop: Loop;

  constructor(private readonly parts: DeliveryParts) {
    super();
    const { log } = parts;
    this.loop = new Loop({
      turn: async () => {
        // The lock takes a connection of its own.
        const due = (await parts.queue.untilDue()) ?? LOOK_MILLIS;
        if (due > 0) return Math.min(Math.max(due, LEAST_REST_MILLIS), LOOK_MILLIS);
        return (await this.drain()) ? LEAST_REST_MILLIS : BUSY_MILLIS;
      },
      periodMillis: LOOK_MILLIS,
      backoff: { firstMillis: BUSY_MILLIS, mostMillis: BUSY_MILLIS },
      ...failingWork(log, 'delivering'),
    });
  }

  /** Carries out what is due now. @returns false where another instance is at it. */
  async drain(): Promise<boolean> {
    const { database, queue } = this.parts;
    const { stopping } = this.loop;
    const done = await workAlone(database, { lock: LOCK, stopping }, async (over) => {
      for (;;) {
        const due = await queue.due(BATCH);
        for (const each of due) {
          if (over.aborted) return true;
          await this.#carryOut(each);
        }
        if (due.length < BATCH) return true;
      }
    });
    return done ?? false;
  }

  async #carryOut(due: DueDelivery): Promise<void> {
    const { deliveries, documents, queue } = this.parts;
    const delivery = (await deliveries.of(due.number)).find((each) => each.delivery === due.delivery);
    const logged = await documents.find(due.number);
    if (logged === undefined || delivery?.status !== 'waiting' || delivery.to === undefined)
      return queue.done(due);
    if (delivery.channel === 'e-invoice' && formOf(logged.invoice.month) !== 'qualified')
      return this.#refuse(due, logged.invoice, 'no-e-invoice');
    const sent =
      delivery.channel === 'mail'
        ? await this.#mail(due, logged.invoice, delivery.to)
        : await this.#handOver(due, logged.invoice, delivery);
    if (!sent) await queue.later(due);
  }

  /** There are electronic invoices of service months from 2023-10 on. */
  async #refuse(due: DueDelivery, { number, contract }: Invoice, reason: string): Promise<void> {
    const { deliveries, clock, queue } = this.parts;
    const { delivery } = due;
    await deliveries.record(
      { type: 'RecordRefused', number, contract, delivery, reason, at: clock.now() },
      String(delivery),
    );
    await queue.done(due);
  }

  async #mail(due: DueDelivery, document: Invoice, to: string): Promise<boolean> {
    const { database, files, outbox, mails, queue } = this.parts;
    const pdf = await files.read(document.number, 'pdf');
    if (pdf === undefined) return false;
    const prepared = await outbox.prepare({
      identity: ['delivery', due.number, String(due.delivery)],
      kind: document.kind,
      contract: document.contract,
      reference: referenceOf(due),
      mail: deliveryMail(document, to, pdf),
    });
    await database.transaction(async (tx) => {
      await outbox.queue(tx, prepared);
      await queue.done(due, tx);
    });
    mails.wake();
    return true;
  }

  async #handOver(due: DueDelivery, document: Invoice, { delivery }: DocumentDelivery): Promise<boolean> {
    const { files, eInvoices, deliveries, clock, queue } = this.parts;
    const xml = await files.read(document.number, 'jp-pint');
    if (xml === undefined) return false;
    await eInvoices.put(document.number, xml);
    const { number, contract } = document;
    await deliveries.record(
      { type: 'RecordDelivered', number, contract, delivery, at: clock.now() },
      String(delivery),
    );
    await queue.done(due);
    return true;
  }
}

const referenceOf = ({ number, delivery }: DueDelivery): string => `${number}/${delivery}`;

/** Records what became of the mail of a delivery. */
export function mailOutcomes(
  deliveries: DeliveryLog,
  documents: InvoiceLog,
): (outcome: MailOutcome) => Promise<void> {
  return async ({ reference, state, reason, endedAt: at }) => {
    const [number = '', ordinal] = (reference ?? '').split('/');
    const logged = await documents.find(number);
    if (logged === undefined) return;
    const of = { number, contract: logged.invoice.contract, delivery: Number(ordinal), at };
    await (state === 'sent'
      ? deliveries.record({ type: 'RecordDelivered', ...of }, String(ordinal))
      : deliveries.record({ type: 'RecordRefused', ...of, reason: reason ?? 'refused' }, String(ordinal)));
  };
}

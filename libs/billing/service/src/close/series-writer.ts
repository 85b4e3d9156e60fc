import { termsVersionIn } from '@smartkey/terms';
import {
  billingMonths,
  billingStreamOf,
  identityOfInvoice,
  INVOICE_ISSUED_VERSION,
  issueInvoice,
  seriesStreamOf,
  type CloseMonth,
  type Invoice,
  type SeriesName,
  withMonth,
} from '@smartkey/billing-domain';
import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import {
  BehindFenceError,
  inAppendSpan,
  MOST_APPEND_BYTES,
  storedBytes,
  type EventStore,
  type StreamAppend,
} from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import {
  type Clock,
  type EventMetadata,
  type Instant,
  laterOf,
  type NewEvent,
  systemActor,
} from '@smartkey/kernel';
import type { SharedSeal } from '@smartkey/secrets';
import { carryingTrace } from '@smartkey/tracing';
import type { Billed } from '../documents/billed.query.ts';
import type { Rated } from '../rating/rate-contracts.ts';
import { sealedInvoice } from '../log/sealed-recipient.ts';
import type { CloseMetrics } from './close.metrics.ts';

/** Documents of one append: few enough that none waits long, many enough that the log is not the cost. */
const DOCUMENTS_PER_APPEND = 100;

const ACTOR = systemActor('billing');

/**
 * The one writer of the series while a run holds the lock. Numbers are places in the series' stream, so they have no gaps; the
 * id of an invoice's event derives from contract and month, so the log refuses a second one.
 */
export class SeriesWriter {
  #revision: number | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly series: SeriesName,
    /** What it issues bears the day of the run, however long the run takes. */
    private readonly run: { readonly run: string; readonly day: JstDay },
    private readonly metrics: CloseMetrics,
    private readonly parties: SharedSeal,
  ) {}

  /**
   * Issues drafts in their order, as many as one append takes, and all of these or none.
   * @returns the documents of the first drafts, at least one.
   * @throws WrongExpectedRevisionError where somebody else wrote to the series.
   */
  async issue(
    drafts: readonly Rated[],
    positions: Readonly<Record<string, string>>,
  ): Promise<readonly Invoice[]> {
    if (drafts.length === 0) return [];
    const stream = seriesStreamOf(this.series);
    const last = (this.#revision ??= await this.#lastRevision(stream));
    return this.#stamped(async (now) => {
      const { invoices, events } = this.#fitting(stream, drafts, last, now, positions);
      await inAppendSpan(events.length, () =>
        this.store.append({ stream, expected: expectedAt(last), events, stampedAt: now }),
      );
      this.#revision = last + invoices.length;
      this.metrics.invoices.inc(invoices.length);
      return invoices;
    });
  }

  /** Records on each contract's own stream which of its months are done. What is known there already is not said again. */
  async close(
    contracts: ReadonlyMap<string, { readonly billed: Billed; readonly months: readonly CloseMonth[] }>,
  ): Promise<void> {
    let waiting = [...contracts]
      .map(([contract, { billed, months }]) => ({
        stream: billingStreamOf(contract),
        expected: expectedAt(billed.revision),
        data: decided(billed, months),
      }))
      .filter(({ data }) => data.length > 0);
    while (waiting.length > 0) {
      const sent = waiting;
      waiting = await this.#stamped(async (now) => {
        const appends = sent.map(({ stream, expected, data }): StreamAppend => {
          return {
            stream,
            expected,
            events: data.map((each) => this.#closedEvent(each, now)),
            stampedAt: now,
          };
        });
        const outcomes = await inAppendSpan(appends.length, () => this.store.appendMany(appends));
        const failed = outcomes.find(
          (outcome) => outcome instanceof Error && !(outcome instanceof BehindFenceError),
        );
        if (failed !== undefined) throw failed as Error;
        return sent.filter((_, index) => outcomes[index] instanceof BehindFenceError);
      });
    }
  }

  /** A single one that does not fit is left to the log, which refuses it by its name. */
  #fitting(
    stream: string,
    drafts: readonly Rated[],
    last: number,
    now: Instant,
    positions: Readonly<Record<string, string>>,
  ): { readonly invoices: readonly Invoice[]; readonly events: readonly NewEvent[] } {
    const invoices: Invoice[] = [];
    const events: NewEvent[] = [];
    let bytes = 0;
    for (const rated of drafts.slice(0, DOCUMENTS_PER_APPEND)) {
      const invoice = this.#issued(rated, last + 1 + invoices.length, positions);
      const event = this.#issuedEvent(invoice, now);
      bytes += storedBytes(stream, event);
      if (events.length > 0 && bytes > MOST_APPEND_BYTES) break;
      invoices.push(invoice);
      events.push(event);
    }
    return { invoices, events };
  }

  #issued(
    { draft, inputsHash, paymentTerm }: Rated,
    revision: number,
    positions: Readonly<Record<string, string>>,
  ): Invoice {
    return issueInvoice(draft, {
      series: this.series,
      revision,
      issuedOn: this.run.day,
      paymentTerm,
      positions,
      inputsHash,
    });
  }

  #issuedEvent(invoice: Invoice, now: Instant): NewEvent {
    return {
      id: derivedUuid(...identityOfInvoice(invoice.contract, invoice.month)),
      type: 'InvoiceIssued',
      version: INVOICE_ISSUED_VERSION,
      data: sealedInvoice(this.parties, invoice),
      metadata: this.#metadataIn(invoice.month),
      occurredAt: now,
    };
  }

  #closedEvent(data: CloseMonth, now: Instant): NewEvent {
    return {
      id: derivedUuid('month-closed', data.contract, data.month, data.outcome),
      type: 'MonthClosed',
      version: 1,
      data,
      metadata: this.#metadataIn(data.month),
      occurredAt: now,
    };
  }

  #metadataIn(month: ServiceMonth): EventMetadata {
    return carryingTrace<EventMetadata>({
      commandId: this.run.run,
      actor: ACTOR,
      termsVersion: termsVersionIn(month),
    });
  }

  /** Decides again at a later instant where the fence of the log has passed the first. */
  async #stamped<T>(append: (now: Instant) => Promise<T>): Promise<T> {
    let now = this.clock.now();
    for (;;) {
      try {
        return await append(now);
      } catch (error) {
        if (!(error instanceof BehindFenceError)) throw error;
        now = laterOf(this.clock.now(), error.fence);
      }
    }
  }

  async #lastRevision(stream: string): Promise<number> {
    const [last] = await this.store.readStream(stream, { direction: 'backwards', limit: 1 });
    return last?.revision ?? -1;
  }
}

const expectedAt = (revision: number): number | 'no-stream' => (revision < 0 ? 'no-stream' : revision);

/** What the contract's months say to each, one after another. */
function decided({ months }: Billed, commands: readonly CloseMonth[]): readonly CloseMonth[] {
  let state = months;
  return commands.flatMap((command) => {
    const decision = billingMonths.decide(command, state);
    if (!decision.ok) throw new Error(decision.error.detail);
    const closed = decision.value.map(({ data }) => data);
    state = closed.reduce(withMonth, state);
    return closed;
  });
}

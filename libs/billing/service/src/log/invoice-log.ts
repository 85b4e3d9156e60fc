import { revisionOf, seriesStreamOf, type Invoice } from '@smartkey/billing-domain';
import type { EventStore } from '@smartkey/event-store';
import type { Instant, RecordedEvent } from '@smartkey/kernel';
import type { SharedSeal } from '@smartkey/secrets';
import { openedInvoice } from './sealed-recipient.ts';

/** A document as the log holds it. */
export interface LoggedInvoice {
  readonly invoice: Invoice;
  readonly revision: number;
  readonly position: bigint;
  readonly hash: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  /** The command that made it; of invoices and corrections, the run. */
  readonly madeBy: string;
}

const logged = (seal: SharedSeal, event: RecordedEvent): LoggedInvoice => ({
  invoice: openedInvoice(seal, event.data),
  revision: event.revision,
  position: event.position,
  hash: event.hash,
  occurredAt: event.occurredAt,
  recordedAt: event.recordedAt,
  madeBy: event.metadata.commandId,
});

/** Documents straight from their series: a number is a place in the log, so there is nothing to lag behind. */
export class InvoiceLog {
  constructor(
    private readonly store: EventStore,
    private readonly parties: SharedSeal,
  ) {}

  async find(number: string): Promise<LoggedInvoice | undefined> {
    const series = number.slice(0, number.lastIndexOf('-'));
    const revision = revisionOf(series, number);
    if (revision === undefined) return undefined;
    const [event] = await this.store.readStream(seriesStreamOf(series), { from: revision, limit: 1 });
    return event?.revision === revision ? logged(this.parties, event) : undefined;
  }

  /** Documents by their numbers, in the order of the numbers given; neighbours in the log are read together. */
  async findMany(numbers: readonly string[]): Promise<readonly LoggedInvoice[]> {
    const found = new Map<string, LoggedInvoice>();
    for (const run of runsOf(numbers)) {
      const events = await this.store.readStream(seriesStreamOf(run.series), {
        from: run.from,
        limit: run.length,
      });
      for (const event of events) {
        const each = logged(this.parties, event);
        found.set(each.invoice.number, each);
      }
    }
    return numbers.map((number) => {
      const each = found.get(number);
      if (each === undefined) throw new Error(`${number} is in the books, but not in the log`);
      return each;
    });
  }
}

interface Run {
  readonly series: string;
  readonly from: number;
  length: number;
}

/** Numbers as runs of consecutive revisions. */
function runsOf(numbers: readonly string[]): readonly Run[] {
  const runs: Run[] = [];
  for (const number of numbers) {
    const series = number.slice(0, number.lastIndexOf('-'));
    const revision = revisionOf(series, number)!;
    const last = runs.at(-1);
    if (last?.series === series && last.from + last.length === revision) last.length += 1;
    else runs.push({ series, from: revision, length: 1 });
  }
  return runs;
}

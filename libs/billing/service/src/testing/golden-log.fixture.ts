import { readFileSync } from 'node:fs';
import type { Invoice } from '@smartkey/billing-domain';
import { createEventStore } from '@smartkey/event-store';
import type { NewEvent } from '@smartkey/kernel';
import type { BillingWorld } from './billing-world.fixture.ts';

type GoldenEvent = NewEvent & {
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: string;
};

/** Billing's log as a former version wrote it; never edited, only added to. */
export class GoldenLog {
  readonly events: readonly GoldenEvent[];
  /** The invoices in it, in their order. */
  readonly invoices: readonly Invoice[];

  constructor(file: string) {
    const text = readFileSync(new URL(`../../golden/${file}`, import.meta.url), 'utf8');
    this.events = (JSON.parse(text) as { readonly events: readonly GoldenEvent[] }).events;
    this.invoices = this.events.flatMap(({ type, data }) =>
      type === 'InvoiceIssued' ? [data as Invoice] : [],
    );
  }

  /** Puts it into the log of a world that has been told the same facts, and starts that. */
  async takeUp(world: BillingWorld): Promise<void> {
    const store = await createEventStore(await world.environment.server.database('billing'), world.clock);
    for (const { stream, revision, recordedAt: _recorded, ...event } of this.events)
      await store.append({ stream, expected: revision === 0 ? 'no-stream' : revision - 1, events: [event] });
    await world.start();
    await world.caughtUp();
  }
}

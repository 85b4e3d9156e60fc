import { termsVersionIn } from '@smartkey/terms';
import { billingMonths, billingStreamOf, type CloseMonth, withMonth } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import {
  BehindFenceError,
  inAppendSpan,
  retryBehindFence,
  type EventStore,
  type StreamAppend,
} from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import {
  type Clock,
  type EventMetadata,
  type Instant,
  type NewEvent,
  systemActor,
  type ContractId,
  type RunId,
  unrefused,
} from '@smartkey/kernel';
import { carryingTrace } from '@smartkey/tracing';
import type { Billed } from '../documents/billed.query.ts';

/** The months of a contract that are to be recorded as done on its own stream. */
export interface Closing {
  readonly billed: Billed;
  readonly months: readonly CloseMonth[];
}

/** Records on each contract's own stream which of its months are done. What is known there already is not said again. */
export class MonthClosings {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly run: RunId,
  ) {}

  async close(contracts: ReadonlyMap<ContractId, Closing>): Promise<void> {
    let waiting = [...contracts].filter(([, { billed, months }]) => decided(billed, months).length > 0);
    if (waiting.length === 0) return;
    await retryBehindFence(this.clock, async (stamp) => {
      const now = stamp();
      const sent = waiting;
      const appends = sent.flatMap((each) => this.appendOf(each, now));
      const outcomes = await inAppendSpan(appends.length, () => this.store.appendMany(appends));
      const behind = outcomes.find((outcome) => outcome instanceof BehindFenceError);
      const failed = outcomes.find(
        (outcome) => outcome instanceof Error && !(outcome instanceof BehindFenceError),
      );
      waiting = sent.filter((_, index) => outcomes[index] instanceof BehindFenceError);
      if (failed !== undefined) throw failed as Error;
      if (behind !== undefined) throw behind as Error;
    });
  }

  /** The append to a contract's own stream; none where nothing is new. */
  appendOf([contract, { billed, months }]: readonly [ContractId, Closing], now: Instant): StreamAppend[] {
    const events = decided(billed, months).map((each) => this.#closedEvent(each, now));
    if (events.length === 0) return [];
    return [
      { stream: billingStreamOf(contract), expected: expectedAt(billed.revision), events, stampedAt: now },
    ];
  }

  #closedEvent(data: CloseMonth, now: Instant): NewEvent {
    return {
      id: derivedUuid('month-closed', data.contract, data.month, data.outcome),
      type: 'MonthClosed',
      version: 1,
      data,
      metadata: metadataOf(this.run, data.month),
      occurredAt: now,
    };
  }
}

export const expectedAt = (revision: number): number | 'no-stream' => (revision < 0 ? 'no-stream' : revision);

const ACTOR = systemActor('billing');

/** Of what a run writes about a month. */
export const metadataOf = (run: RunId, month: ServiceMonth): EventMetadata =>
  carryingTrace<EventMetadata>({ commandId: run, actor: ACTOR, termsVersion: termsVersionIn(month) });

/** What the contract's months say to each, one after another. */
function decided({ months }: Billed, commands: readonly CloseMonth[]): readonly CloseMonth[] {
  let state = months;
  return commands.flatMap((command) => {
    const closed = unrefused(billingMonths.decide(command, state)).map(({ data }) => data);
    state = closed.reduce(withMonth, state);
    return closed;
  });
}

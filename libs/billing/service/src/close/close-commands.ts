import {
  monthClose,
  type CloseCounts,
  type MonthClose,
  type MonthCloseCommand,
  type MonthCloseEvent,
  type ParkedContract,
} from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import { CommandHandler, EventCodec, type CommandContext, type EventStore } from '@smartkey/event-store';
import {
  derivedUuid,
  newId,
  ok,
  systemActor,
  type Clock,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import type { CloseRun } from './close-run.ts';
import type { CloseRunStore } from './close-run.store.ts';

export interface RequestedRun {
  readonly run: string;
  readonly revision: number;
  readonly position: bigint;
}

/** That a month is to be closed, and how a run ended: decided on the month's own stream, at most one open run each. */
export class CloseCommands {
  readonly #handler: CommandHandler<MonthClose, MonthCloseCommand, MonthCloseEvent>;

  constructor(
    store: EventStore,
    private readonly clock: Clock,
    private readonly runs: CloseRunStore,
  ) {
    const codec = new EventCodec<MonthCloseEvent>({ CloseRequested: {}, CloseFinished: {} });
    this.#handler = new CommandHandler({ store, clock, codec, decider: monthClose, category: 'close' });
  }

  /** @returns the run, which is the open one where there is one, and where the month's stream stands. */
  async request(month: ServiceMonth, context: CommandContext): Promise<Result<RequestedRun, Rejection>> {
    const handled = await this.#handler.handle(month, context, (now) => {
      return { kind: 'request', run: newId('run', now, context.commandId), month, now };
    });
    if (!handled.ok) return handled;
    const [requested] = handled.value.events;
    const run = requested?.data.run ?? handled.value.state.open!;
    await this.runs.open(run, month, requested?.occurredAt ?? this.clock.now());
    const { revision, position } = handled.value;
    return ok({ run, revision, position });
  }

  async finish(
    { run, month }: CloseRun,
    result: { readonly counts: CloseCounts; readonly parked: readonly ParkedContract[] },
  ): Promise<void> {
    const context = { commandId: derivedUuid('close-finished', run), actor: systemActor('billing') };
    const handled = await this.#handler.handle(month, context, () => ({
      kind: 'finish',
      run,
      month,
      ...result,
    }));
    if (!handled.ok) throw new Error(handled.error.detail);
  }
}

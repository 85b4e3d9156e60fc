import { monthClose, type CloseCounts, type CloseFinished } from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { CommandContext } from '@smartkey/event-store';
import { derivedUuid, newId } from '@smartkey/identity';
import {
  type Instant,
  ok,
  type Rejection,
  type Result,
  systemActor,
  unrefused,
  type RunId,
} from '@smartkey/kernel';
import { handlerOf, type LogParts } from '../log/handler-of.ts';
import { storedCloses } from '../log/stored-events.ts';
import type { CloseRun } from './close-run.ts';
import type { CloseRunStore } from './close-run.store.ts';

export interface RequestedRun {
  readonly run: RunId;
  readonly revision: number;
  readonly position: bigint;
}

/** That a month is to be closed, and how a run ended: decided on the month's own stream, at most one open run each. */
export class CloseCommands {
  readonly #handler;

  constructor(
    parts: LogParts,
    private readonly runs: CloseRunStore,
  ) {
    this.#handler = handlerOf(parts, 'close', monthClose, storedCloses);
  }

  /** @returns the run, which is the open one where there is one, and where the month's stream stands. */
  async request(month: ServiceMonth, context: CommandContext): Promise<Result<RequestedRun, Rejection>> {
    const handled = await this.#handler.handle(month, context, (now) => {
      return { kind: 'request', run: newId('run', now, context.commandId), month, now };
    });
    if (!handled.ok) return handled;
    const { events, state, revision, position } = handled.value;
    const run = events[0]?.data.run ?? state.open!;
    const requestedAt = events[0]?.occurredAt ?? (await this.#requestedAt(month, run));
    await this.runs.open(run, month, requestedAt);
    return ok({ run, revision, position });
  }

  async finish({ run, month }: CloseRun, counts: CloseCounts): Promise<void> {
    const context = { commandId: derivedUuid('close-finished', run), actor: systemActor('billing') };
    unrefused(await this.#handler.handle(month, context, () => ({ kind: 'finish', run, month, counts })));
  }

  /** How a run ended, where it did; `unknown` where the log has lost that it was asked for. */
  async outcomeOf({ run, month }: CloseRun): Promise<CloseFinished['data'] | 'unknown' | undefined> {
    const events = (await this.#handler.load(month))?.events.filter(({ data }) => data.run === run) ?? [];
    if (events.length === 0) return 'unknown';
    for (const { type, data } of events) if (type === 'CloseFinished') return data;
    return undefined;
  }

  async #requestedAt(month: ServiceMonth, run: RunId): Promise<Instant> {
    const log = await this.#handler.load(month);
    return log!.events.find(({ data }) => data.run === run)!.occurredAt;
  }
}

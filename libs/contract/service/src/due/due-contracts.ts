import type { EventStore } from '@smartkey/event-store';
import { orThrow } from '@smartkey/http';
import { newId } from '@smartkey/identity';
import { type Instant, systemActor, type ContractId } from '@smartkey/kernel';
import { shownToTheEnd } from '@smartkey/projections';
import type { DueWork, ProjectionReader } from '@smartkey/runtime';
import type { ContractHandler } from '../log/contract-handler.ts';

/** The schedule has not taken in this service's own log, or names what is not due: nothing can be promised. */
class ScheduleBehindError extends Error {
  override readonly name = 'ScheduleBehindError';
}

interface Due {
  readonly contract: ContractId;
  readonly at: Instant;
}

const PAGE = 500;

/** Starts of service, plan changes, lapses and terminations, each at its instant (第4条, 第6条, 第7条). */
export class DueContracts implements DueWork {
  constructor(
    private readonly handler: ContractHandler,
    private readonly schedule: ProjectionReader,
    private readonly store: EventStore,
  ) {}

  /**
   * In the order of the instants, over all contracts; complete for the log up to the moment of the call.
   * @throws ScheduleBehindError
   */
  async runDue(upTo: Instant): Promise<void> {
    const carriedOut = new Set<string>();
    for (;;) {
      await this.#caughtUp();
      const due = await this.#earliest(upTo);
      if (due.length === 0) return;
      for (const { contract, at } of due) {
        const once = `${contract} ${at}`;
        if (carriedOut.has(once))
          throw new ScheduleBehindError(`${contract} is still due at ${at} after it was run`);
        carriedOut.add(once);
      }
      await this.#letTimePass(due);
    }
  }

  async #letTimePass(due: readonly Due[]): Promise<void> {
    const actor = systemActor('contract');
    const results = await this.handler.handleMany(
      due.map(({ contract: id, at }) => ({
        id,
        context: { commandId: newId('cmd', at), actor },
        command: () => ({ type: 'LetTimePass', now: at, actor }),
      })),
    );
    results.forEach(orThrow);
  }

  /** @throws ScheduleBehindError */
  async nextDue(): Promise<Instant | undefined> {
    await this.#caughtUp();
    const [row] = await this.schedule.sql.query<{ at: Instant | null }>(
      'select min(next_due) as at from dated',
    );
    return row?.at ?? undefined;
  }

  /** What comes first among what is due; nothing that another of them could bring forward. */
  #earliest(upTo: Instant): Promise<Due[]> {
    return this.schedule.sql.query<Due>(
      `select contract, next_due as at from dated
       where next_due = (select min(next_due) from dated where next_due <= $1::timestamptz)
       order by contract limit ${PAGE}`,
      [upTo],
    );
  }

  async #caughtUp(): Promise<void> {
    if ((await shownToTheEnd(this.schedule, 'contract', this.store)) === undefined)
      throw new ScheduleBehindError('the schedule of contracts is behind the log');
  }
}

import { setImmediate } from 'node:timers/promises';
import { addDays, jstDayOf, type JstDay } from '@smartkey/calendar';
import type { Database } from '@smartkey/database';
import { systemActor, type Clock, type ContractId } from '@smartkey/kernel';
import { Loop, Worker } from '@smartkey/lifecycle';
import { failingWork } from '@smartkey/projections';
import type { Logger } from 'pino';
import type { AccountDirectory } from '../directory/account-directory.ts';
import type { ImportErasure } from '../imports/import-erasure.ts';
import type { ErasureWork } from './erasure-work.ts';
import type { Erasures } from './erasures.ts';

/** How often to look for what is left to do, and what has become old (milliseconds, system time). */
const LOOK = 15_000;
/** IDs of one contract that files are gone through for at once, and that are looked at for their age. */
const AT_ONCE = 1_000;
const LOCK = 'device-registry-erasures';

export interface ErasureWorkerParts {
  readonly work: ErasureWork;
  readonly imports: ImportErasure;
  readonly erasures: Pick<Erasures, 'eraseEnded'>;
  readonly directory: Pick<AccountDirectory, 'erasable' | 'caughtUp'>;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Days behind the end of an ID after which its personal data go by themselves; missing: never. */
  readonly retentionDays: number | undefined;
}

/**
 * Goes through the files of imports for those who were erased, and erases by itself who ended long ago, where a setting says so. One
 * instance at a time; all that it knows is in the tables, so after a kill it goes on.
 */
export class ErasureWorker extends Worker {
  protected readonly loop: Loop;
  /** Up to which day everybody was looked at for age. */
  #lookedAt: JstDay | undefined;

  constructor(private readonly parts: ErasureWorkerParts) {
    super();
    this.loop = new Loop({
      turn: () => this.drain(),
      periodMillis: LOOK,
      backoff: { firstMillis: 100, mostMillis: LOOK },
      ...failingWork(parts.log, 'erasing'),
    });
  }

  /** Does all that can be done now. */
  async drain(): Promise<void> {
    // The lock takes a connection of its own.
    if (!this.#isNewDay() && !(await this.parts.work.isOpen())) return;
    await this.parts.database.exclusively(
      LOCK,
      async () => {
        await this.#eraseOld();
        await this.#goThroughFiles();
      },
      { wait: false },
    );
  }

  async #goThroughFiles(): Promise<void> {
    const { work, imports } = this.parts;
    const waiting: ContractId[] = [];
    while (!this.loop.stopping.aborted) {
      const open = await work.next(waiting, AT_ONCE);
      const contract = open[0]?.contract;
      if (contract === undefined) return;
      const askedAt = open.at(-1)!.askedAt;
      // A file that was there before is still being worked off: its rows are needed until then.
      if (await imports.isBusy(contract, askedAt)) {
        waiting.push(contract);
        continue;
      }
      await imports.erase(contract, askedAt, new Set(open.map(({ digest }) => digest)));
      await work.done(open.map(({ account }) => account));
      await setImmediate();
    }
  }

  /** Whether it is a day of business time on which nobody was looked at for age yet. */
  #isNewDay(): boolean {
    return this.parts.retentionDays !== undefined && this.#lookedAt !== jstDayOf(this.parts.clock.now());
  }

  /** Once a day of business time. */
  async #eraseOld(): Promise<void> {
    const { retentionDays, clock, directory, erasures, log } = this.parts;
    if (retentionDays === undefined || !this.#isNewDay()) return;
    const today = jstDayOf(clock.now());
    const endedBefore = addDays(today, -retentionDays);
    await directory.caughtUp();
    let erased = 0;
    let lookedAt = 0;
    for (let after = ''; !this.loop.stopping.aborted;) {
      const page = await directory.erasable(endedBefore, after, AT_ONCE);
      for (const each of page) {
        if (this.loop.stopping.aborted) return;
        const context = {
          commandId: `erased-by-retention/${each.account}`,
          actor: systemActor('device-registry'),
          repeatable: true,
        };
        if (await erasures.eraseEnded(each, endedBefore, context)) erased += 1;
      }
      lookedAt += page.length;
      if (page.length > 0)
        log.info({ endedBefore, lookedAt, erased }, 'personal data are erased by their age');
      if (page.length < AT_ONCE) {
        this.#lookedAt = today;
        return;
      }
      after = page.at(-1)!.account;
    }
  }
}

import { plusMillis, type Clock, type Instant } from '@smartkey/kernel';
import type { ImportView } from './import-view.ts';
import type { ImportStore } from './import-store.ts';

const DAY = 24 * 3_600_000;
/** A file that has not arrived whole after this long never will, in milliseconds. */
const ABANDONED = DAY;

/** Rows and results of an import name people. They are kept for so many days of business time after its end. */
export class ImportRetention {
  constructor(
    private readonly store: ImportStore,
    private readonly clock: Clock,
    readonly days: number,
  ) {}

  /** Whether rows and results are forgotten, or about to be. */
  isOver({ finishedAt }: Pick<ImportView, 'finishedAt'>): boolean {
    return finishedAt !== null && finishedAt <= this.#keptSince();
  }

  /** Forgets what is past its time, and files whose senders went away in the middle. Safe to repeat. */
  async forget(): Promise<void> {
    for (const id of await this.store.purgeable(this.#keptSince()))
      await this.store.purge(id, this.clock.now());
    for (const id of await this.store.abandoned(plusMillis(this.clock.now(), -ABANDONED)))
      await this.store.discard(id);
  }

  #keptSince(): Instant {
    return plusMillis(this.clock.now(), -this.days * DAY);
  }
}

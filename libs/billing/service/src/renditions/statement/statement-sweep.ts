import type { RenditionLog } from '../rendition-log.ts';
import type { StatementRows } from './statement-rows.ts';

const BATCH = 50;

/** Takes away rows whose process ended, or was refused by the log, before the event that would have named them: they show persons, and nobody finds them. */
export class StatementSweep {
  constructor(
    private readonly rows: StatementRows,
    private readonly renditions: RenditionLog,
  ) {}

  async sweep(until: AbortSignal): Promise<void> {
    for (;;) {
      const left = await this.rows.leftBehind(BATCH);
      for (const { statement, number } of left) {
        if (until.aborted) return;
        const named = (await this.renditions.of(number)).statement?.statement;
        await (named === statement ? this.rows.named(statement) : this.rows.remove(statement));
      }
      if (left.length < BATCH) return;
    }
  }
}

import type { SeriesName } from '@smartkey/billing-domain';
import { hasTable, type Database, type Sql, type Transaction } from '@smartkey/database';
import { OperatorError } from '@smartkey/lifecycle';
import type { AcceptedLoss } from '@smartkey/event-store';

/** In which series documents are issued now. */
export interface SeriesInUse {
  readonly series: SeriesName;
  /** The same, where it was begun because documents of the one before may be lost. */
  readonly begun?: SeriesName;
  /** The incarnation of the log that began with a loss after which nobody has decided yet: nothing is issued. */
  readonly undecided?: number;
}

/** A series cannot be begun so. */
export class SeriesRefusedError extends OperatorError {
  override readonly name = 'SeriesRefusedError';
}

/** A decision about a loss. */
export interface SeriesDecision {
  readonly series: SeriesName;
  readonly by: string;
  readonly reason: string;
}

/**
 * The series that documents are numbered in: the one of the settings, until the log lost documents. Then a person decides, once what was lost is
 * looked for, and documents go on in a series of its own: no number is given twice.
 */
export class DocumentSeries {
  constructor(
    private readonly database: Database,
    private readonly configured: SeriesName,
  ) {}

  async inUse(sql: Sql = this.database): Promise<SeriesInUse> {
    const rows = await sql.query<{ number: number; configured: string | null; series: string | null }>(
      'select number, configured, series from document_loss order by number desc',
    );
    const undecided = rows.find(({ series }) => series === null)?.number;
    // A series that was set since is one that a person chose.
    const decided = rows.find(({ series, configured }) => series !== null && configured === this.configured);
    return {
      series: decided?.series ?? this.configured,
      ...(decided !== undefined && { begun: decided.series! }),
      ...(undecided !== undefined && { undecided }),
    };
  }

  /** Names of series that were begun after a loss. */
  async begun(): Promise<readonly SeriesName[]> {
    const rows = await this.database.query<{ series: string }>(
      'select distinct series from document_loss where series is not null order by series',
    );
    return rows.map(({ series }) => series);
  }

  /**
   * Of the losses that nobody has decided about, the incarnations that they began, in their order.
   */
  async undecided(): Promise<readonly number[]> {
    const rows = await this.database.query<{ number: number }>(
      'select number from document_loss where series is null order by number',
    );
    return rows.map(({ number }) => number);
  }

  /**
   * All that was lost was put back: documents go on in the series that they were in. What is drawn up anew bears an id of its own, for nobody may drop it as one
   * that he has read.
   * @throws SeriesRefusedError
   */
  goOn({ by, reason }: Omit<SeriesDecision, 'series'>): Promise<void> {
    return this.database.exclusively('the series of documents', async () => {
      const { undecided, series } = await this.inUse();
      if (undecided === undefined)
        throw new SeriesRefusedError('there is no loss of documents that anybody has to decide about');
      await this.#decided({ series, by, reason });
    }) as Promise<void>;
  }

  /**
   * After all losses so far documents go on in a series of their own.
   * @param isEmpty whether the log has no document of it.
   * @throws SeriesRefusedError
   */
  decide(
    { series, by, reason }: SeriesDecision,
    isEmpty: (series: SeriesName) => Promise<boolean>,
  ): Promise<void> {
    return this.database.exclusively('the series of documents', async () => {
      const { undecided, series: before } = await this.inUse();
      if (undecided === undefined)
        throw new SeriesRefusedError('there is no loss of documents that anybody has to decide about');
      if (series === before || !(await isEmpty(series)))
        throw new SeriesRefusedError(`${series} has documents: another series is to be begun`);
      await this.#decided({ series, by, reason });
    }) as Promise<void>;
  }

  async #decided({ series, by, reason }: SeriesDecision): Promise<void> {
    await this.database.execute(
      `update document_loss set configured = $1, series = $2, decided_by = $3, reason = $4,
         decided_at = date_trunc('milliseconds', clock_timestamp())
       where series is null`,
      [this.configured, series, by, reason],
    );
  }
}

/** Nothing is issued until somebody has decided; what was done up to places behind the end of the log is looked at again. */
export async function documentsLost(tx: Transaction, { number, keptPosition }: AcceptedLoss): Promise<void> {
  if (!(await hasTable(tx, 'document_loss')))
    throw new SeriesRefusedError(
      'the copy is of a version before: start billing once, which brings its tables up to date',
    );
  await tx.execute('insert into document_loss (number) values ($1)', [number]);
  // How they ended is in the log, or is not any more.
  await tx.execute(`update close_run set state = 'waiting' where state in ('completed', 'partial')`);
  await tx.execute('update rendering set position = least(position, $1)', [keptPosition]);
  await tx.execute('update delivery_start set position = least(position, $1)', [keptPosition]);
}

import { TableRows, type Database, type Sql } from '@smartkey/database';

/** A delivery that is to be carried out. */
export interface DueDelivery {
  readonly number: string;
  readonly delivery: number;
}

/**
 * How long a document without its file waits until it is looked at again (system time), doubled each time: nearly always it is rendered by
 * then, and when it is it is due at once.
 */
const FIRST_SECONDS = 30;
const MOST_SECONDS = 3_600;

const DUE = new TableRows('delivery_due', { number: 'text', delivery: 'integer' }, { onConflict: 'skip' });

/** Deliveries that were requested and not carried out yet. That they were requested is an event; here they lie in the order of being due. */
export class DeliveryQueue {
  constructor(private readonly database: Database) {}

  async add(due: readonly DueDelivery[]): Promise<void> {
    await DUE.insert(this.database, due);
  }

  async due(limit: number): Promise<readonly DueDelivery[]> {
    return this.database.query<DueDelivery>(
      'select number, delivery from delivery_due where next_at <= now() order by next_at, number, delivery limit $1::integer',
      [limit],
    );
  }

  /** Milliseconds until the next one is due, below 0 where it is overdue; nothing where none waits. */
  async untilDue(): Promise<number | undefined> {
    const [row] = await this.database.query<{ millis: number | null }>(
      `select ceil(extract(epoch from min(next_at) - now()) * 1000)::integer as millis from delivery_due`,
    );
    return row?.millis ?? undefined;
  }

  async later({ number, delivery }: DueDelivery): Promise<void> {
    await this.database.execute(
      `update delivery_due
       set tries = tries + 1, next_at = now() + make_interval(secs => least($4, $3 * power(2, least(tries, 20))))
       where number = $1 and delivery = $2::integer`,
      [number, delivery, FIRST_SECONDS, MOST_SECONDS],
    );
  }

  /** The files of these are there. */
  async rendered(numbers: readonly string[]): Promise<void> {
    await this.database.execute('update delivery_due set next_at = now() where number = any($1::text[])', [
      numbers,
    ]);
  }

  async done({ number, delivery }: DueDelivery, tx: Sql = this.database): Promise<void> {
    await tx.execute('delete from delivery_due where number = $1 and delivery = $2::integer', [
      number,
      delivery,
    ]);
  }

  /** How many there are: those that wait for their turn, and those whose document's file was not there when it was looked for. */
  async waiting(): Promise<{ readonly turn: number; readonly file: number }> {
    const [row] = await this.database.query<{ turn: number; file: number }>(
      `select (count(*) filter (where next_at <= now()))::integer as turn,
              (count(*) filter (where next_at > now()))::integer as file
       from delivery_due`,
    );
    return row!;
  }

  /**
   * Where the log stood when documents first went out by themselves: what was issued before is not sent to anybody.
   * @param settled where it stands now, for the first time that this is asked.
   */
  async start(settled: () => Promise<bigint>): Promise<bigint> {
    const begun = () => this.database.query<{ position: bigint }>('select position from delivery_start');
    const [row] = await begun();
    if (row !== undefined) return row.position;
    await this.database.execute(
      'insert into delivery_start (position) values ($1::bigint) on conflict do nothing',
      [await settled()],
    );
    return (await begun())[0]!.position;
  }
}

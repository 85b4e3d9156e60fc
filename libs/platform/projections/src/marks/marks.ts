import { prepared, type Database, type Sql } from '@smartkey/database';
import type { Message, ServiceName } from '@smartkey/event-bus';
import { type Anchor, anchorFromJson, type AnchorJson, anchorOf, anchorToJson } from '@smartkey/event-store';
import type { Instant } from '@smartkey/kernel';
import { Batcher } from '@smartkey/lifecycle';
import { quoted } from '../projection-tables.ts';

/** Where a consumer stands on one partition of one source. */
export interface Mark {
  readonly position: bigint;
  /** The promise of the source that the mark has reached. */
  readonly watermark?: Instant;
  /** The last event taken in, or an earlier one: what the log is known again by. Missing where none bore a hash. */
  readonly event?: Anchor;
}

/** The mark behind messages that follow another one. */
export function markBehind(messages: readonly Message[], from: bigint): Mark {
  const last = messages.at(-1);
  const event = last && anchorOf(last);
  return { position: last?.position ?? from, ...(event && { event }) };
}

/** Whose mark: a projection's generation or a reactor, and where. */
export interface MarkKey {
  readonly consumer: string;
  readonly source: ServiceName;
  readonly partition: number;
}

/** Another instance moved the mark: what was done in this transaction must not count. */
export class MarkMovedError extends Error {
  override readonly name = 'MarkMovedError';
}

/** The consumer has no mark any more: its generation was swapped out. */
export class GenerationGoneError extends Error {
  override readonly name = 'GenerationGoneError';
  constructor(readonly consumer: string) {
    super(`${consumer} has been retired`);
  }
}

/** A mark that nothing else is written with. */
interface LoneMove {
  readonly key: MarkKey;
  readonly from: bigint;
  readonly to: Mark;
}

/** The table of marks of one service. Its name is qualified, for it is written while another schema is looked in. */
export class Marks {
  readonly #table: string;
  readonly #read: string;
  readonly #move: string;
  readonly #moveMany: string;
  readonly #lone = new Batcher<LoneMove, MarkMovedError | undefined>((moves) => this.#moveTogether(moves), {
    keysOf: ({ key }) => [nameOfMark(key)],
  });

  constructor(readonly database: Database) {
    this.#table = `${quoted(database.searchPath[0]!)}.projection_mark`;
    this.#read = prepared(
      `read ${this.#table}`,
      `select position, watermark, anchor from ${this.#table} where consumer = $1 and source = $2 and partition = $3`,
    );
    this.#move = prepared(
      `move ${this.#table}`,
      `update ${this.#table}
       set position = $5, watermark = greatest(watermark, $6::timestamptz), anchor = coalesce($7::jsonb, anchor)
       where consumer = $1 and source = $2 and partition = $3 and position = $4 returning parked`,
    );
    // A mark that somebody holds is left out, so that nobody waits for another consumer's, and no two statements for each other.
    this.#moveMany = prepared(
      `move many ${this.#table}`,
      `with held as (
         select mark.consumer, mark.source, mark.partition, told.*
         from ${this.#table} mark join unnest(
           $1::text[], $2::text[], $3::integer[], $4::bigint[], $5::bigint[], $6::timestamptz[], $7::jsonb[]
         ) as told (of_consumer, of_source, of_partition, from_position, to_position, promised, event)
         on consumer = of_consumer and source = of_source and partition = of_partition and position = from_position
         for update of mark skip locked
       )
       update ${this.#table} mark
       set position = to_position, watermark = greatest(watermark, promised), anchor = coalesce(event, anchor)
       from held
       where mark.consumer = held.consumer and mark.source = held.source and mark.partition = held.partition
         and position = from_position
       returning mark.consumer, mark.source, mark.partition`,
    );
  }

  /** Makes the mark where there is none yet. */
  async open(key: MarkKey, sql: Sql = this.database): Promise<void> {
    await sql.execute(
      `insert into ${this.#table} (consumer, source, partition) values ($1, $2, $3) on conflict do nothing`,
      [key.consumer, key.source, key.partition],
    );
  }

  /** @throws GenerationGoneError */
  async read(key: MarkKey, sql: Sql = this.database): Promise<Mark> {
    const [row] = await sql.query<{
      position: bigint;
      watermark: Instant | null;
      anchor: AnchorJson | null;
    }>(this.#read, [key.consumer, key.source, key.partition]);
    if (row === undefined) throw new GenerationGoneError(key.consumer);
    const { position, watermark, anchor } = row;
    return {
      position,
      ...(watermark === null ? {} : { watermark }),
      ...(anchor === null ? {} : { event: anchorFromJson(anchor) }),
    };
  }

  /**
   * Moves the mark, in the transaction of the effects.
   * @returns how many streams are parked on that partition.
   * @throws MarkMovedError where it is not where it was thought to be.
   */
  async move(tx: Sql, key: MarkKey, from: bigint, to: Mark): Promise<number> {
    const [row] = await tx.query<{ parked: number }>(this.#move, fieldsOf({ key, from, to }));
    if (row === undefined)
      throw new MarkMovedError(`${key.consumer} is no longer at ${from} of ${key.source}`);
    return row.parked;
  }

  /**
   * Moves a mark with which nothing else is written: what a consumer passes over, a promise, what a reactor has done. Those of several consumers
   * that are asked for together are one statement.
   * @throws MarkMovedError
   */
  async moveAlone(key: MarkKey, from: bigint, to: Mark): Promise<void> {
    const moved = await this.#lone.add({ key, from, to });
    if (moved !== undefined) throw moved;
  }

  async #moveTogether(moves: readonly LoneMove[]): Promise<readonly (MarkMovedError | undefined)[]> {
    const moved = new Set<string>();
    if (moves.length > 1) {
      const fields = moves.map(fieldsOf);
      const rows = await this.database.query<MarkKey>(
        this.#moveMany,
        fields[0]!.map((_, column) => fields.map((each) => each[column])),
      );
      for (const row of rows) moved.add(nameOfMark(row));
    }
    const outcomes: (MarkMovedError | undefined)[] = [];
    for (const move of moves)
      outcomes.push(moved.has(nameOfMark(move.key)) ? undefined : await this.#moveByItself(move));
    return outcomes;
  }

  async #moveByItself({ key, from, to }: LoneMove): Promise<MarkMovedError | undefined> {
    try {
      await this.move(this.database, key, from, to);
      return undefined;
    } catch (error) {
      if (error instanceof MarkMovedError) return error;
      throw error;
    }
  }

  /** Holds the mark for the rest of the transaction, so that nobody moves it or parks anything meanwhile. */
  async hold(tx: Sql, key: MarkKey): Promise<void> {
    await tx.query(
      `select 1 from ${this.#table} where consumer = $1 and source = $2 and partition = $3 for update`,
      [key.consumer, key.source, key.partition],
    );
  }

  async countParked(tx: Sql, key: MarkKey, difference: number): Promise<void> {
    await tx.execute(
      `update ${this.#table} set parked = parked + $4 where consumer = $1 and source = $2 and partition = $3`,
      [key.consumer, key.source, key.partition, difference],
    );
  }

  /**
   * Of a build that takes another's place: what the other was promised, where the build has come as far. A broker tells a promise once.
   * @param except sources of which the other has read what they do not have.
   */
  async takeOverPromises(tx: Sql, from: string, to: string, except: readonly string[]): Promise<void> {
    await tx.execute(
      `update ${this.#table} mark set watermark = greatest(mark.watermark, former.watermark) from ${this.#table} former
       where former.consumer = $1 and mark.consumer = $2 and former.source = mark.source
         and former.partition = mark.partition and former.position <= mark.position and former.source <> all($3::text[])`,
      [from, to, except],
    );
  }

  /** Takes a consumer's marks away: whoever still moves one finds out that it is gone. */
  async forget(tx: Sql, consumer: string): Promise<void> {
    await tx.execute(`delete from ${this.#table} where consumer = $1`, [consumer]);
  }

  /** Every partition's mark of a consumer. */
  async all(consumer: string, sql: Sql = this.database): Promise<readonly MarkRow[]> {
    return sql.query<MarkRow>(
      `select source, partition, position, watermark, parked from ${this.#table}
       where consumer = $1 order by source, partition`,
      [consumer],
    );
  }

  /** A consumer's marks with what they remember, held until the transaction ends. */
  async heldOf(consumer: string, tx: Sql): Promise<readonly HeldMark[]> {
    const rows = await tx.query<Omit<HeldMark, 'event'> & { anchor: AnchorJson | null }>(
      `select source, partition, position, anchor from ${this.#table}
       where consumer = $1 order by source, partition for update`,
      [consumer],
    );
    return rows.map(({ anchor, ...mark }) => ({
      ...mark,
      ...(anchor === null ? {} : { event: anchorFromJson(anchor) }),
    }));
  }

  /** The marks of the live generations of these projections, and of these reactors. */
  async ofLive(projections: readonly string[], reactors: readonly string[]): Promise<readonly MarkRow[]> {
    return this.database.query<MarkRow>(
      `select source, partition, position, watermark, parked from ${this.#table}
       where consumer = any($2::text[]) or consumer in
         (select generation from ${quoted(this.database.searchPath[0]!)}.projection_generation
          where state = 'live' and projection = any($1::text[]))`,
      [projections, reactors],
    );
  }
}

/** Tells marks apart. */
export const nameOfMark = ({ consumer, source, partition }: MarkKey): string =>
  `${consumer}/${source}/${partition}`;

const fieldsOf = ({ key, from, to }: LoneMove): readonly unknown[] => [
  key.consumer,
  key.source,
  key.partition,
  from,
  to.position,
  to.watermark ?? null,
  to.event === undefined ? null : JSON.stringify(anchorToJson(to.event)),
];

/** A mark that nobody moves meanwhile. */
export interface HeldMark {
  readonly source: ServiceName;
  readonly partition: number;
  readonly position: bigint;
  readonly event?: Anchor;
}

export interface MarkRow {
  readonly source: ServiceName;
  readonly partition: number;
  readonly position: bigint;
  readonly watermark: Instant | null;
  readonly parked: number;
}

/** The watermark of each source: the least of its partitions'; missing while one of them has none. */
export function watermarksOf(rows: readonly MarkRow[]): ReadonlyMap<ServiceName, Instant> {
  const least = new Map<ServiceName, Instant | null>();
  for (const { source, watermark } of rows) {
    const known = least.get(source);
    if (known === undefined) least.set(source, watermark);
    else if (known !== null && (watermark === null || watermark < known)) least.set(source, watermark);
  }
  const known = [...least].filter((entry): entry is [ServiceName, Instant] => entry[1] !== null);
  return new Map(known);
}

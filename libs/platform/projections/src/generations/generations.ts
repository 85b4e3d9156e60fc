import type { Database, Sql } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { OperatorError } from '@smartkey/lifecycle';
import { GenerationGoneError, type HeldMark, type Marks } from '../marks/marks.ts';
import type { Projection } from '../projection.ts';
import { quoted } from '../projection-tables.ts';

/** One build of a projection: tables in a schema of their own, named like the generation. */
export interface Generation {
  readonly generation: string;
  readonly projection: string;
  readonly version: number;
  readonly state: 'building' | 'live' | 'retired';
}

/** Takes into tables what does not follow from the logs. */
export type CarryOver = (tx: Sql, from: string, to: string) => Promise<void>;

/** The tables were built by a newer program than this one. */
export class NewerGenerationError extends OperatorError {
  override readonly name = 'NewerGenerationError';
}

/** Postgres cuts longer names, and then two could become one. */
const MAX_IDENTIFIER = 63;

/** The register of generations of one service. */
export class Generations {
  readonly #register: string;
  readonly #schema: string;

  constructor(
    private readonly database: Database,
    private readonly marks: Marks,
  ) {
    this.#schema = database.searchPath[0]!;
    this.#register = `${quoted(this.#schema)}.projection_generation`;
  }

  /** The service's database seen through a generation's tables. */
  tables(generation: string): Database {
    return this.database.within(generation);
  }

  async live(projection: string): Promise<Generation | undefined> {
    return (await this.#of(projection, `state = 'live'`))[0];
  }

  others(projection: string): Promise<readonly Generation[]> {
    return this.#of(projection, `state <> 'live'`);
  }

  /**
   * Makes empty tables. Only one process may do this for one projection at a time.
   * @param state `retired`: they will never serve.
   */
  async create(projection: Projection, state: 'building' | 'retired' = 'building'): Promise<string> {
    const [row] = await this.database.query<{ next: number }>(
      `select coalesce(max(number), 0) + 1 as next from ${this.#register} where projection = $1 and version = $2`,
      [projection.name, projection.version],
    );
    const number = Number(row!.next);
    const generation = `${this.#schema}_${projection.name.replaceAll('-', '_')}_v${projection.version}_${number}`;
    if (generation.length > MAX_IDENTIFIER)
      throw new Error(`${generation} is too long for the name of a schema`);
    await this.database.execute(
      `insert into ${this.#register} (generation, projection, version, number, state)
       values ($1, $2, $3, $4, $5)`,
      [generation, projection.name, projection.version, number, state],
    );
    await this.database.execute(`create schema ${quoted(generation)}`);
    await this.tables(generation).script(projection.ddl);
    return generation;
  }

  /** Lets the first generation serve: there is nothing it could replace. @throws GenerationGoneError */
  async enliven(generation: string): Promise<void> {
    await this.#letServe(this.database, generation);
  }

  /**
   * Points readers to `next`, where it has seen all that the live one has.
   * @param carryOver not called where the live one has read what a source has given up.
   * @param gaveUp whether a source has given up what the live one has read of it last: how far that has come there says nothing.
   * @returns the sources of which the live one has read more: read on, and ask again; none where it was done.
   * @throws GenerationGoneError where it was cleared away: its builder had lost the lock.
   */
  async swap(
    next: Generation,
    carryOver?: CarryOver,
    gaveUp: (mark: HeldMark) => boolean = () => false,
  ): Promise<readonly ServiceName[]> {
    return this.database.transaction(async (tx) => {
      const [live] = await this.#of(next.projection, `state = 'live' for update`, tx);
      if (live !== undefined) {
        const reached = new Map(
          (await this.marks.all(next.generation, tx)).map((mark) => [
            `${mark.source}/${mark.partition}`,
            mark.position,
          ]),
        );
        const marks = await this.marks.heldOf(live.generation, tx);
        const lost = new Set(marks.filter(gaveUp).map(({ source }) => source));
        const ahead = marks.filter(({ source, partition, position }) => {
          const there = reached.get(`${source}/${partition}`);
          return there !== undefined && there < position && !lost.has(source);
        });
        if (ahead.length > 0) return [...new Set(ahead.map(({ source }) => source))];
        if (live.version === next.version && lost.size === 0)
          await carryOver?.(tx, live.generation, next.generation);
        await this.marks.takeOverPromises(tx, live.generation, next.generation, [...lost]);
        await tx.execute(`update ${this.#register} set state = 'retired' where generation = $1`, [
          live.generation,
        ]);
        // What another instance takes in from now on must not count for tables that are about to go.
        await this.marks.forget(tx, live.generation);
      }
      await this.#letServe(tx, next.generation);
      return [];
    });
  }

  /**
   * Drops a generation that is not live; a live one stays. Another process may have made it live since it was looked at; the first
   * statement decides.
   */
  async drop(generation: string): Promise<void> {
    const retired = await this.database.execute(
      `update ${this.#register} set state = 'retired' where generation = $1 and state <> 'live'`,
      [generation],
    );
    if (retired === 0) return;
    await this.database.execute(`drop schema if exists ${quoted(generation)} cascade`);
    await this.database.transaction(async (tx) => {
      const own = quoted(this.#schema);
      await tx.execute(`delete from ${own}.projection_parked where consumer = $1`, [generation]);
      await this.marks.forget(tx, generation);
      await tx.execute(`delete from ${own}.read_anchors where consumer = $1`, [generation]);
      await tx.execute(`delete from ${this.#register} where generation = $1`, [generation]);
    });
  }

  /** Keeps the generation live until the transaction ends. @returns false where it is not. */
  async holdLive(tx: Sql, generation: string): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from ${this.#register} where generation = $1 and state = 'live' for share`,
      [generation],
    );
    return rows.length > 0;
  }

  #of(projection: string, condition: string, sql: Sql = this.database): Promise<readonly Generation[]> {
    return sql.query<Generation>(
      `select generation, projection, version, state from ${this.#register} where projection = $1 and ${condition}`,
      [projection],
    );
  }

  /** Not one that was given up meanwhile by who holds the lock now. */
  async #letServe(sql: Sql, generation: string): Promise<void> {
    const served = await sql.execute(
      `update ${this.#register} set state = 'live' where generation = $1 and state = 'building'`,
      [generation],
    );
    if (served === 0) throw new GenerationGoneError(generation);
  }
}

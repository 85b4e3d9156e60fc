import type { Database, Sql, Transaction } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import { codeOf, UnavailableError } from '@smartkey/lifecycle';
import { type Marks, watermarksOf } from '../marks/marks.ts';
import type { Progress } from '../marks/progress.ts';
import type { Projection } from '../projection.ts';
import type { ParkedStream, ProjectionReader } from '../projection-reader.ts';
import type { Parking } from '../projector/parking.ts';
import type { Generation, Generations } from './generations.ts';

/** The tables that serve are of another version than this program's while the new ones are being built. */
export class ProjectionRebuildingError extends UnavailableError {
  override readonly name = 'ProjectionRebuildingError';
}

/** SQLSTATE of a table, schema or column that is not there. */
const MISSING = ['42P01', '3F000', '42703'];

export interface ReaderParts {
  readonly service: ServiceName;
  readonly projection: Projection;
  readonly generations: Generations;
  readonly marks: Marks;
  readonly parking: Parking;
  readonly progress: Progress;
  /** The last position in the settled part of this service's own log that may hold a message. */
  readonly settled: () => Promise<bigint>;
}

/** Reads whichever generation is live, also across a swap by another process. */
export class LiveReader implements ProjectionReader {
  #live: Generation | undefined;

  readonly sql: Sql = {
    query: (text, parameters) => this.#onLive((tables) => tables.query(text, parameters)),
    execute: (text, parameters) => this.#onLive((tables) => tables.execute(text, parameters)),
  };

  constructor(private readonly parts: ReaderParts) {}

  /** Another generation serves now. */
  forget(): void {
    this.#live = undefined;
  }

  snapshot<T>(
    work: (
      sql: Sql,
      watermarks: ReadonlyMap<ServiceName, Instant>,
      parked: readonly ParkedStream[],
      positions: ReadonlyMap<string, bigint>,
    ) => Promise<T>,
  ): Promise<T> {
    const { marks, parking, projection } = this.parts;
    return this.#onLive((tables, { generation }) =>
      tables.transaction(
        async (tx) => {
          const rows = await marks.all(generation, tx);
          const anyParked = rows.some((row) => row.parked > 0);
          const parked = anyParked ? await parking.list(projection.name, generation, tx) : [];
          const positions = new Map(rows.map((row) => [`${row.source}/${row.partition}`, row.position]));
          return work(tx, watermarksOf(rows), parked, positions);
        },
        { isolation: 'snapshot' },
      ),
    );
  }

  change<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#onLive((tables, { generation }) =>
      tables.transaction(async (tx) => {
        if (!(await this.parts.generations.holdLive(tx, generation))) throw new RetiredError();
        return work(tx);
      }),
    );
  }

  async reached(source: ServiceName, position: bigint, timeoutMillis = 5_000): Promise<boolean> {
    if (!this.parts.projection.sources.includes(source)) return true;
    const consumer = (afresh: boolean) => this.consumer(afresh);
    return this.parts.progress.reached(consumer, source, position, timeoutMillis);
  }

  /** Name of the generation that serves, under which its marks are kept. */
  async consumer(afresh = false): Promise<string> {
    if (afresh) this.forget();
    return (await this.#resolve()).generation;
  }

  async current(): Promise<void> {
    const { service, projection, settled } = this.parts;
    if (projection.sources.includes(service)) await this.reached(service, await settled(), 1_000);
  }

  async #resolve(): Promise<Generation> {
    this.#live ??= await this.parts.generations.live(this.parts.projection.name);
    if (this.#live === undefined)
      throw new ProjectionRebuildingError(`${this.parts.projection.name} is not there yet`);
    return this.#live;
  }

  async #onLive<T>(work: (tables: Database, live: Generation) => Promise<T>): Promise<T> {
    for (;;) {
      const live = await this.#resolve();
      try {
        return await work(this.parts.generations.tables(live.generation), live);
      } catch (error) {
        if (!(error instanceof RetiredError) && !isMissing(error)) throw error;
        this.forget();
        const now = await this.#resolve();
        if (now.generation !== live.generation) continue;
        if (live.version !== this.parts.projection.version)
          throw new ProjectionRebuildingError(`${live.projection} is being rebuilt`, { cause: error });
        throw error;
      }
    }
  }
}

/** The generation was swapped out between the look and the write. */
class RetiredError extends Error {}

function isMissing(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (MISSING.includes(codeOf(cause))) return true;
  return false;
}

import { partitionOf, type ServiceName, type Subscription } from '@smartkey/event-bus';
import type { Instant } from '@smartkey/kernel';
import { allDone, OperatorError } from '@smartkey/lifecycle';
import { Generations } from './generations/generations.ts';
import { MarkBoard } from './marks/mark-board.ts';
import type { Replayed } from './generations/replay.ts';
import { Marks, type MarkRow, watermarksOf } from './marks/marks.ts';
import { Progress } from './marks/progress.ts';
import { type ConsumersAnchor, ReadAnchors } from './marks/read-anchors.ts';
import { SourcesStanding } from './marks/sources-standing.ts';
import type { HostParts, SharedParts } from './host-parts.ts';
import { Projected } from './projected.ts';
import type { Projection, Reactor } from './projection.ts';
import type { ParkedStream, ProjectionReader } from './projection-reader.ts';
import { Parking } from './projector/parking.ts';
import { ReactorRunner } from './reactors/reactor-runner.ts';

/** Where one consumer of a service stands. */
export interface ConsumerStatus {
  readonly name: string;
  readonly kind: 'projection' | 'reactor';
  /** Projections only: version and name of the generation that serves. */
  readonly version?: number;
  readonly generation?: string;
  readonly rebuilding?: boolean;
  readonly marks: readonly MarkRow[];
}

/** A name that no projection or no parked stream has. */
export class UnknownProjectionError extends OperatorError {
  override readonly name = 'UnknownProjectionError';
}

/** All projections and reactors of one service. */
export class ProjectionHost {
  readonly #parts: SharedParts;
  readonly #projected: ReadonlyMap<string, Projected>;
  #reactors: readonly ReactorRunner[] = [];
  #subscriptions: Subscription[] = [];

  constructor(parts: HostParts, projections: readonly Projection[]) {
    const marks = new Marks(parts.database);
    const board = new MarkBoard();
    const partitions = (source: ServiceName) => parts.bus.partitions(source);
    this.#parts = {
      ...parts,
      marks,
      board,
      parking: new Parking(marks),
      generations: new Generations(parts.database, marks),
      progress: new Progress({ marks, board, feeds: parts.feeds, partitions }),
      standing: parts.standing ?? new SourcesStanding(),
    };
    this.#projected = new Map(projections.map((each) => [each.name, new Projected(each, this.#parts)]));
    if (this.#projected.size < projections.length) throw new Error('two projections have the same name');
  }

  /** Makes every projection readable. @throws NewerGenerationError */
  async open(): Promise<void> {
    for (const projected of this.#projected.values()) await projected.open();
  }

  /** Follows the bus with every projection and these reactors. */
  async start(reactors: readonly Reactor[] = []): Promise<void> {
    const partitions = (source: ServiceName) => this.#parts.bus.partitions(source);
    this.#reactors = reactors.map((reactor) => new ReactorRunner({ ...this.#parts, partitions, reactor }));
    for (const projected of this.#projected.values()) await projected.start();
    for (const runner of this.#reactors) {
      await runner.open();
      this.#subscriptions.push(await this.#parts.bus.subscribe(runner));
    }
  }

  /** Stops following, letting what is being applied finish. */
  async stop(): Promise<void> {
    const subscriptions = this.#subscriptions;
    this.#subscriptions = [];
    await allDone([
      ...[...this.#projected.values()].map((projected) => projected.stop()),
      ...subscriptions.map((subscription) => subscription.close()),
    ]);
  }

  /** @throws UnknownProjectionError */
  reader(name: string): ProjectionReader {
    return this.#named(name).reader;
  }

  /**
   * Builds a projection again beside the live one, and swaps.
   * @throws UnknownProjectionError, RebuildRunningError: at once, before there is a promise, so that whoever does not wait for the end can tell them;
   * RebuildRunningError also by the promise, where another instance builds.
   */
  rebuild(name: string): Promise<void> {
    return this.#named(name).rebuild();
  }

  /**
   * A source has given up what these consumers have read of it: projections are built anew from the log, with nothing of what they were;
   * reactors go on behind the last event that they remember and the log has, and may see events that they have seen.
   * @param common what the log has of what they remember, the newest first.
   * @throws RebuildRunningError; what the source's feed throws: then it is tried again by whoever asks next.
   */
  async startAnew(
    source: ServiceName,
    consumers: ReadonlySet<string>,
    common: readonly ConsumersAnchor[],
  ): Promise<void> {
    const anchors = new ReadAnchors(this.#parts.database);
    for (const { group } of this.#reactors)
      if (consumers.has(group)) {
        await anchors.putBack(
          group,
          source,
          common.filter(({ consumer }) => consumer === group),
        );
        this.#parts.board.forget({ consumer: group, source });
      }
    for (const projected of this.#projected.values()) {
      const generation = await projected.generation();
      if (generation !== undefined && consumers.has(generation))
        await projected.rebuild({ generation, sources: new Set([source]) });
    }
  }

  /**
   * Makes a projection once more beside the one that serves, and compares both.
   * @param told how many messages were applied, after each page.
   * @throws UnknownProjectionError, RebuildRunningError, LogBehindTablesError
   */
  replay(name: string, told: (messages: number) => void): Promise<Replayed> {
    return this.#named(name).replay(told);
  }

  async parked(): Promise<readonly ParkedStream[]> {
    const lists = await Promise.all([...this.#projected.values()].map((projected) => projected.parked()));
    return lists.flat();
  }

  /**
   * Applies what waits in a parked stream, in order.
   * @returns how many messages still wait: 0 where the stream is free again.
   * @throws UnknownProjectionError
   */
  async retry(name: string, source: ServiceName, stream: string): Promise<number> {
    const partition = partitionOf(stream, await this.#parts.bus.partitions(source));
    return this.#named(name).retry(source, partition, stream);
  }

  async status(): Promise<readonly ConsumerStatus[]> {
    const projections = [...this.#projected.values()].map(async (projected) => {
      const { live, marks, rebuilding } = await projected.status();
      const { name } = projected.projection;
      const { version, generation } = live;
      return { name, kind: 'projection', version, generation, rebuilding, marks } as const;
    });
    const reactors = this.#reactors.map(async (runner) => {
      const marks = await this.#parts.marks.all(runner.group);
      return { name: runner.group.slice('reactor:'.length), kind: 'reactor', marks } as const;
    });
    return Promise.all([...projections, ...reactors]);
  }

  /** For each source, the instant up to which every consumer has all of it; missing while one knows of none. */
  async watermarks(): Promise<ReadonlyMap<ServiceName, Instant>> {
    const reactors = this.#reactors.map((runner) => runner.group);
    return watermarksOf(await this.#parts.marks.ofLive([...this.#projected.keys()], reactors));
  }

  /** Calls back whenever a consumer of this process has reached another watermark of a source. */
  onWatermark(listener: (source: ServiceName) => void): void {
    this.#parts.board.onPromise(listener);
  }

  /** Whether any projection or reactor reads that source. */
  reads(source: ServiceName): boolean {
    return [...this.#projected.values(), ...this.#reactors].some((each) => each.sources.includes(source));
  }

  /** Whether a reactor reads that source. */
  reactsTo(source: ServiceName): boolean {
    return this.#reactors.some((runner) => runner.sources.includes(source));
  }

  /**
   * Waits until every consumer of a source has taken it in up to a position.
   * @returns false where that took longer than `timeoutMillis` (system time).
   */
  async reached(source: ServiceName, position: bigint, timeoutMillis: number): Promise<boolean> {
    const until = performance.now() + timeoutMillis;
    for (const consumer of this.#consumers(source)) {
      const left = Math.max(0, until - performance.now());
      if (!(await this.#parts.progress.reached(consumer, source, position, left))) return false;
    }
    return true;
  }

  #consumers(source: ServiceName): readonly ((afresh: boolean) => Promise<string>)[] {
    return [
      ...[...this.#projected.values()]
        .filter((projected) => projected.sources.includes(source))
        .map((projected) => (afresh: boolean) => projected.reader.consumer(afresh)),
      ...this.#reactors
        .filter((runner) => runner.sources.includes(source))
        .map((runner) => () => Promise.resolve(runner.group)),
    ];
  }

  #named(name: string): Projected {
    const projected = this.#projected.get(name);
    if (projected === undefined) throw new UnknownProjectionError(`there is no projection named ${name}`);
    return projected;
  }
}

import type { Delivery, ServiceName, Subscriber, Subscription } from '@smartkey/event-bus';
import type { Anchor } from '@smartkey/event-store';
import { ended, Loop } from '@smartkey/lifecycle';
import { inProcessSpan, outsideOfSpans } from '@smartkey/tracing';
import { takePlace } from './generations/build.ts';
import { type Generation, NewerGenerationError } from './generations/generations.ts';
import { replayBeside, type Replayed } from './generations/replay.ts';
import { LiveReader } from './generations/live-reader.ts';
import { GenerationGoneError, type MarkRow } from './marks/marks.ts';
import { readerOf } from './marks/read-anchors.ts';
import { SourcesStanding } from './marks/sources-standing.ts';
import { type GivenUp, RebuildRunningError, type SharedParts } from './host-parts.ts';
import type { Projection } from './projection.ts';
import type { ParkedStream } from './projection-reader.ts';
import { quoted } from './projection-tables.ts';
import { Projector } from './projector/projector.ts';

/** One projection brought to life: its live generation fed by the bus, read by its reader, rebuilt beside it when asked. */
export class Projected implements Subscriber {
  readonly reader: LiveReader;
  readonly sources: readonly ServiceName[];
  readonly group: string;
  #projector: Projector | undefined;
  #subscription: Subscription | undefined;
  #rebuilding: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(
    readonly projection: Projection,
    private readonly parts: SharedParts,
  ) {
    this.sources = projection.sources;
    this.group = `${parts.service}.${projection.name}.v${projection.version}`;
    this.reader = new LiveReader({ ...parts, projection });
  }

  /** Makes sure that a generation is there to be read. @throws NewerGenerationError */
  async open(): Promise<void> {
    // Whoever is building holds the lock; then there is one already, or there is one once it is free.
    if ((await this.#prepare(false)) === undefined && (await this.#live()) === undefined)
      await this.#prepare(true);
    const live = (await this.#live())!;
    this.#refuseNewer(live);
    if (live.version === this.projection.version) await this.#current();
  }

  /** Follows the bus, and builds the tables of a raised version beside those that serve. */
  async start(): Promise<void> {
    const live = (await this.#live())!;
    if (live.version === this.projection.version) {
      await this.#current();
      await this.#subscribe();
    } else this.#rebuildUntilDone();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#subscription?.close();
    await ended(this.#rebuilding);
  }

  /**
   * Builds the projection again beside the live one, and swaps.
   * @param givenUp what the live one has read and its sources have given up: nothing of it is taken over.
   * @throws RebuildRunningError: at once, and not by the promise, where it is being built here; by the promise where another instance builds.
   */
  rebuild(givenUp?: GivenUp): Promise<void> {
    if (this.#rebuilding !== undefined)
      throw new RebuildRunningError(`${this.projection.name} is being rebuilt`);
    // It ends in a subscription, which goes on long after whoever asked for it.
    this.#rebuilding = outsideOfSpans(() => this.#rebuildOnce(givenUp)).finally(
      () => (this.#rebuilding = undefined),
    );
    return this.#rebuilding;
  }

  async status(): Promise<{
    readonly live: Generation;
    readonly marks: readonly MarkRow[];
    readonly rebuilding: boolean;
  }> {
    const live = (await this.#live())!;
    const marks = await this.parts.marks.all(live.generation);
    const others = await this.parts.generations.others(this.projection.name);
    const rebuilding =
      this.#rebuilding !== undefined || others.some((generation) => generation.state === 'building');
    return { live, marks, rebuilding };
  }

  async parked(): Promise<readonly ParkedStream[]> {
    return this.parts.parking.list(this.projection.name, (await this.#live())!.generation);
  }

  /** @returns how many messages of the stream still wait. */
  async retry(source: ServiceName, partition: number, stream: string): Promise<number> {
    return (await this.#current()).retry(source, partition, stream);
  }

  /** Name of the generation that serves. */
  async generation(): Promise<string | undefined> {
    return (await this.#live())?.generation;
  }

  async positionOf(source: ServiceName, partition: number): Promise<bigint> {
    return this.#orForget((projector) => projector.positionOf(source, partition));
  }

  async eventOf(source: ServiceName, partition: number): Promise<Anchor | undefined> {
    return this.#orForget((projector) => projector.eventOf(source, partition));
  }

  async handle(delivery: Delivery): Promise<void> {
    const apply = () => this.#orForget((projector) => projector.handle(delivery));
    // There are many watermarks, and nobody looks for them.
    if (delivery.messages.length === 0) return apply();
    return inProcessSpan({ ...delivery, service: this.parts.service, group: this.group }, apply);
  }

  /** Another process may have swapped: the bus then starts again from the marks of the generation that is live now. */
  async #orForget<T>(work: (projector: Projector) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#current());
    } catch (error) {
      if (error instanceof GenerationGoneError) {
        this.#projector = undefined;
        this.reader.forget();
      }
      throw error;
    }
  }

  async #current(): Promise<Projector> {
    if (this.#projector === undefined) {
      const live = (await this.#live())!;
      // A newer program has taken over meanwhile: this one must not write to its tables.
      this.#refuseNewer(live);
      const projector = this.#projectorOf(live.generation);
      await projector.open();
      this.#projector = projector;
    }
    return this.#projector;
  }

  /** @throws NewerGenerationError */
  #refuseNewer({ version }: Generation): void {
    const { name, version: known } = this.projection;
    if (version > known)
      throw new NewerGenerationError(`${name} was built as version ${version}, this program knows ${known}`);
  }

  async #subscribe(): Promise<void> {
    this.#subscription = await this.parts.bus.subscribe(this);
  }

  #projectorOf(generation: string, standing = this.parts.standing): Projector {
    const { generations, ...parts } = this.parts;
    return new Projector({
      ...parts,
      standing,
      projection: this.projection,
      generation,
      tables: generations.tables(generation),
      partitions: (source) => parts.bus.partitions(source),
    });
  }

  #live(): Promise<Generation | undefined> {
    return this.parts.generations.live(this.projection.name);
  }

  /**
   * Makes the projection once more in tables of its own, as far as the one that serves has read, and compares both. What serves goes on.
   * What was told to it directly, ahead of the logs, is not in them: so it looks again, further on, before it says that they differ.
   * @throws RebuildRunningError, LogBehindTablesError, NewerGenerationError where another version serves.
   */
  async replay(told: (messages: number) => void): Promise<Replayed> {
    const done = await this.#alone(false, async () => {
      const live = (await this.#live())!;
      if (live.version !== this.projection.version)
        throw new NewerGenerationError(
          `${this.projection.name} serves as version ${live.version}, this program knows ${this.projection.version}`,
        );
      await this.#clearAway();
      const generation = await this.parts.generations.create(this.projection, 'retired');
      try {
        const projector = this.#projectorOf(generation);
        await projector.open();
        return await replayBeside({
          projection: this.projection,
          live,
          generation,
          projector,
          parts: this.parts,
          told,
        });
      } finally {
        await this.parts.generations.drop(generation);
      }
    });
    if (done === undefined)
      throw new RebuildRunningError(`${this.projection.name} is being rebuilt elsewhere`);
    return done;
  }

  /** Clears away what a dead builder left, and makes the first generation. @returns undefined where the lock is held. */
  #prepare(wait: boolean): Promise<boolean | undefined> {
    const { generations } = this.parts;
    return this.#alone(wait, async () => {
      await this.#clearAway();
      if ((await this.#live()) === undefined)
        await generations.enliven(await generations.create(this.projection));
      return true;
    });
  }

  async #clearAway(): Promise<void> {
    const { generations } = this.parts;
    for (const { generation } of await generations.others(this.projection.name))
      await generations.drop(generation);
  }

  #alone<T>(wait: boolean, work: () => Promise<T>): Promise<T | undefined> {
    return this.parts.database.exclusively(`${this.parts.service}:projection:${this.projection.name}`, work, {
      wait,
    });
  }

  #rebuildUntilDone(): void {
    const { log } = this.parts;
    const attempts = new Loop({
      turn: async () => {
        await this.#rebuildOnce();
        return 'done';
      },
      periodMillis: 1_000,
      tell: (error) =>
        log.error({ err: error, projection: this.projection.name }, 'a rebuild failed, to be repeated'),
    });
    this.#stop.signal.addEventListener('abort', () => void attempts.stop());
    attempts.start();
    this.#rebuilding = attempts.ended.finally(() => (this.#rebuilding = undefined));
  }

  async #rebuildOnce(givenUp?: GivenUp): Promise<void> {
    const done = await this.#alone(false, async () => {
      // Another instance may have done it while this one waited for the lock.
      const live = await this.#live();
      const raised = live !== undefined && live.version !== this.projection.version;
      if (givenUp === undefined) {
        if (!raised && this.#subscription === undefined) return true;
      } else if (live?.generation !== givenUp.generation) return true;
      await this.#clearAway();
      await this.#build(givenUp?.sources);
      return true;
    });
    if (done === undefined)
      throw new RebuildRunningError(`${this.projection.name} is being rebuilt elsewhere`);
    await this.#resubscribe();
  }

  async #build(givenUp?: ReadonlySet<ServiceName>): Promise<void> {
    const { generations, bus, log, standing } = this.parts;
    const { name, version } = this.projection;
    const generation = await generations.create(this.projection);
    log.info(
      { projection: name, version, generation },
      'a projection is being built beside the one that serves',
    );
    // What the live one has read is no concern of the one that is built from the log.
    const projector = this.#projectorOf(generation, new SourcesStanding());
    await projector.open();
    const next: Generation = { generation, projection: name, version, state: 'building' };
    const carryOver = this.projection.carryOver?.bind(this.projection);
    const retired = await takePlace(next, projector, {
      ...this.parts,
      partitions: (source) => bus.partitions(source),
      reader: (partition) => readerOf(this.parts.service, { consumer: generation, partition }),
      stop: this.#stop.signal,
      carryOver: carryOver && ((tx, from, to) => carryOver(tx, quoted(from), quoted(to))),
      // Losses come together where logs lie on one server: what another source has given up is left out at once.
      gaveUp: ({ source, event }) => givenUp?.has(source) === true || standing.gaveUp(source, event),
    });
    log.info({ projection: name, version, generation }, 'the rebuilt projection serves');
    this.reader.forget();
    await this.#subscription?.close();
    this.#subscription = undefined;
    if (retired === undefined) return;
    // It serves nobody, and the next build or start clears it away; the one that serves must be fed.
    await generations
      .drop(retired)
      .catch((error: unknown) =>
        log.warn({ err: error, generation: retired }, 'a projection that was replaced is not dropped yet'),
      );
  }

  /** Follows the bus from the marks of the generation that is live now. */
  async #resubscribe(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#projector = undefined;
    this.reader.forget();
    if (this.#subscription === undefined) await this.#subscribe();
  }
}

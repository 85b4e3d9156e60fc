import {
  type FeedDirectory,
  type ReadAnchor,
  anchorsAskedFromJson,
  incarnationsOf,
  type ServiceName,
  SERVICES,
} from '@smartkey/event-bus';
import type { EventStore, Incarnation } from '@smartkey/event-store';
import { Loop, UnavailableError, Worker } from '@smartkey/lifecycle';
import {
  RebuildRunningError,
  type ProjectionHost,
  type ConsumersAnchor,
  type ReadAnchors,
  readerOf,
  type SourcesStanding,
} from '@smartkey/projections';
import type { Logger } from 'pino';
import type { Peers } from '../service-definition.ts';
import type { LossFollower } from './loss-follower.ts';

export interface AnchorWatchParts {
  readonly service: ServiceName;
  readonly store: Pick<EventStore, 'standing' | 'holds'>;
  readonly feeds: FeedDirectory;
  readonly peers: Peers;
  /** What the service's projections and reactors have read. */
  readonly anchors: ReadAnchors;
  /** What is on the service's topic. */
  readonly published: () => Promise<readonly ReadAnchor[]>;
  readonly sources: SourcesStanding;
  readonly startAnew: ProjectionHost['startAnew'];
  /** What else is remembered of the service's own log is held against it. */
  readonly lookedAtOwn: () => Promise<void>;
  /** Whether the service reads a log, if nothing of it yet. */
  readonly reads: (source: ServiceName) => boolean;
  readonly losses: LossFollower;
  readonly log: Logger;
  /** Nobody else writes to the database while it is open: it cannot go back. */
  readonly alone: boolean;
}

/** What the owner of a log has said of what this service's readers have read of it. */
interface Told {
  readonly source: ServiceName;
  /** What the log does not have. */
  readonly lacking: readonly ReadAnchor[];
  readonly incarnations: readonly Incarnation[];
  readonly wentBack: boolean;
}

/** Between two looks (system time). */
const PERIOD_MILLIS = 60_000;
/** What is told of as lost news comes in swarms. */
const AGAIN_MILLIS = 1_000;

/**
 * Asks the owners of the logs whether they have what this service's readers have read of them, and the readers of this service's log what
 * they have: at the start, every minute, and whenever something has come back that was away. Silence says nothing: it is asked again.
 */
export class AnchorWatch extends Worker {
  protected readonly loop: Loop;
  /** Readers of this log that have not said yet what they have. */
  #unasked: Set<ServiceName>;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: AnchorWatchParts) {
    super();
    const { log, alone } = parts;
    this.#unasked = this.#readers();
    this.loop = new Loop({
      turn: () => this.#turn(),
      periodMillis: alone ? 60 * PERIOD_MILLIS : PERIOD_MILLIS,
      backoff: { firstMillis: 1_000, mostMillis: PERIOD_MILLIS },
      tell: (error) =>
        log.warn({ err: error }, 'it could not be asked whether all logs have what was read of them'),
    });
  }

  /** Something may have been put back: all are asked again, soon, and at most once in a while. */
  again(): void {
    if (performance.now() - this.#askedAt < AGAIN_MILLIS) return;
    this.#askedAt = performance.now();
    this.#unasked = this.#readers();
    this.wake();
  }

  /** Looks at the service's own log. Where that cannot be read now, a later look does. */
  lookAtOwn(): Promise<void> {
    return this.#orSilence(() => this.lookAt(this.parts.service, { startAnew: false }));
  }

  /** Asks the owner of one log, or looks at the own. @throws where the owner does not answer. */
  async lookAt(source: ServiceName, { startAnew = true } = {}): Promise<void> {
    const told = await this.#ask(source);
    if (told === undefined) return;
    if (startAnew) await this.#follow(told);
    await this.#lookedAt(told);
  }

  /** What the owner says, so that whoever asks for it next knows. @returns undefined where nothing follows from it. */
  async #ask(source: ServiceName): Promise<Told | undefined> {
    const { service, feeds, sources, log } = this.parts;
    const own = source === service;
    const anchors = [...(await this.read(source)), ...(own ? await this.parts.published() : [])];
    // Who does not read a log has no part in it.
    if (anchors.length === 0 && !own && !this.parts.reads(source)) return undefined;
    const found = await feeds.compare(source, anchors);
    if (own) await this.parts.lookedAtOwn();
    if (found === undefined) return undefined;
    const lacking = anchors.filter((_, i) => found.known[i] === false);
    const before = sources.lacks(source);
    const incarnations = incarnationsOf(found);
    sources.told(source, { lacks: lacking.length > 0, wentBackSince: found.wentBackSince, incarnations });
    if (lacking.length > 0 && !before)
      log.error({ source, readers: lacking.map(({ reader }) => reader) }, 'a log lacks what was read of it');
    return { source, lacking, incarnations, wentBack: found.wentBackSince !== undefined };
  }

  /** @throws what stands in the way: then it is tried again by the next look. */
  async #follow({ source, lacking, incarnations }: Told): Promise<void> {
    await this.#startAnew(source, lacking, incarnations);
    await this.parts.losses.follow(source, incarnations);
  }

  async #lookedAt({ source, wentBack }: Told): Promise<void> {
    if (source === this.parts.service && wentBack) await this.#standAgain();
  }

  /** The last event of each reader of this service on a log. */
  async read(source: ServiceName): Promise<readonly ReadAnchor[]> {
    const { anchors, service } = this.parts;
    return (await anchors.newest(source)).map(({ event, ...reader }) => ({
      reader: readerOf(service, reader),
      event,
    }));
  }

  /**
   * Asks all now, owners and readers. What does not answer is left out.
   * @param options.startAnew whether what was given up is read anew: not before the readers follow their sources.
   */
  async look({ startAnew = true } = {}): Promise<void> {
    await this.#lookAtAll(this.#readers(), (work) => this.#orSilence(work), startAnew);
  }

  async #turn(): Promise<void> {
    let silent: unknown;
    const orLater = async (work: () => Promise<void>): Promise<void> => {
      await work().catch((error: unknown) => {
        if (!(error instanceof UnavailableError)) throw error;
        silent ??= error;
      });
    };
    await this.#lookAtAll(this.#unasked, orLater);
    if (silent !== undefined) throw silent;
  }

  /** All owners are asked before anything is made anew for one of them: it must know what the others have given up. */
  async #lookAtAll(
    readers: ReadonlySet<ServiceName>,
    attempt: (work: () => Promise<void>) => Promise<void>,
    startAnew = true,
  ): Promise<void> {
    const told: Told[] = [];
    for (const source of SERVICES)
      await attempt(async () => {
        const answer = await this.#ask(source);
        if (answer !== undefined) told.push(answer);
      });
    for (const each of told)
      await attempt(async () => {
        if (startAnew) await this.#follow(each);
        await this.#lookedAt(each);
      });
    for (const peer of [...readers]) await attempt(() => this.#askReader(peer));
  }

  async #orSilence(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      this.parts.log.debug({ err: error }, 'the owner of a log does not answer');
    }
  }

  async #askReader(peer: ServiceName): Promise<void> {
    const { peers, service, feeds } = this.parts;
    const path = `/internal/log/read-anchors?source=${service}`;
    const answer = await peers.call(peer, { method: 'GET', path });
    const anchors = answer.status === 200 ? anchorsAskedFromJson(answer.body) : undefined;
    if (anchors !== undefined) await feeds.compare(service, anchors);
    this.#unasked.delete(peer);
  }

  /** The loss was accepted of what these have read: they are made of the log again. */
  async #startAnew(
    source: ServiceName,
    lacking: readonly ReadAnchor[],
    incarnations: readonly Incarnation[],
  ): Promise<void> {
    const current = incarnations.at(-1);
    if (current === undefined) return;
    const { log, sources, startAnew } = this.parts;
    const givenUp = lacking.filter(({ event }) => event.incarnation < current.number);
    const consumers = new Set(givenUp.map(({ reader }) => reader.split('/').slice(1, -1).join('/')));
    if (consumers.size === 0) return;
    log.warn({ source, consumers: [...consumers] }, 'what was read of a log was given up: it is read anew');
    try {
      await startAnew(source, consumers, await this.#common(source, consumers));
    } catch (error) {
      // Here or in another instance: the next look finds what is left to do.
      if (error instanceof RebuildRunningError) return;
      throw error;
    }
    if (givenUp.length === lacking.length) sources.told(source, { lacks: false, incarnations });
    log.warn({ source }, 'it has been read anew');
  }

  /** Up to where a log has what its consumers remember of it; what was appended behind that before the loss was known, they have not read. */
  async #common(source: ServiceName, consumers: ReadonlySet<string>): Promise<readonly ConsumersAnchor[]> {
    const { anchors, feeds, service } = this.parts;
    const older = (await anchors.older(source)).filter(({ consumer }) => consumers.has(consumer));
    const asked = older.map(({ event, ...reader }) => ({ reader: readerOf(service, reader), event }));
    const found = asked.length === 0 ? undefined : await feeds.compare(source, asked);
    return older.filter((_, i) => found?.known[i] === true);
  }

  /** A younger copy was put in: what was missing is there again. */
  async #standAgain(): Promise<void> {
    const { store, sources, service, log } = this.parts;
    const evidence = (await store.standing.wentBack())?.evidence ?? [];
    const known = evidence.flatMap(({ reader, known: event }) =>
      event === undefined ? [] : [{ reader, event }],
    );
    const held = await store.holds(known.map(({ event }) => event));
    const again = [
      ...known.filter((_, i) => held[i]).map(({ reader }) => reader),
      ...(await store.standing.over(evidence)),
    ];
    if (again.length > 0 && (await store.standing.lift(again))) {
      sources.told(service, { lacks: false });
      log.warn('the log has again all that was read of it, and is written to again');
    }
  }

  /** Who may have read this log elsewhere; what is in this process asks by itself, before it runs. */
  #readers(): Set<ServiceName> {
    const { service, alone } = this.parts;
    return new Set(alone ? [] : SERVICES.filter((each) => each !== service));
  }
}

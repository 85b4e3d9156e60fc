import type { ContractId, Instant, RecordedEvent } from '@smartkey/kernel';
import { Listeners } from '@smartkey/lifecycle';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, type Incarnation, incarnationAt } from '@smartkey/event-store';
import type { FeedPage, FeedRequest, LogFeeds, Message, ServiceName, Watermark } from '../event-bus.port.ts';
import { partitionOf } from '../partitioning.ts';
import type { PublishedWatermark } from './published-watermark.ts';
import { type AnchorsFound, evidenceOf, incarnationToJson, type ReadAnchor } from './read-anchors.ts';

/** The feed of one service's log, and a nudge when there may be news in it. */
export interface LogFeed {
  read(request: FeedRequest): Promise<FeedPage>;
  /**
   * Whether the log has what was read of it; an owner that lacks some of it knows by that that its log went back.
   * @returns undefined where the owner cannot tell: a version before.
   */
  compare?(anchors: readonly ReadAnchor[]): Promise<AnchorsFound | undefined>;
  /**
   * Calls back soon after something new; may call for nothing, and may miss.
   * @param listener hears up to where the log reaches now, as far as that is known (0n: it is not). It may not have settled so far.
   * @returns how to stop.
   */
  onNews?(listener: (position: bigint) => void): () => void;
}

/** The published form of an event: what a service definition's `publish` answers. */
export type Publish = (event: RecordedEvent) => {
  readonly type: string;
  readonly version: number;
  readonly contract?: ContractId;
  readonly data: object;
};

/** An event as other services see it. @param previous position of the message before it. */
export function publishedMessage(
  source: ServiceName,
  publish: Publish,
  event: RecordedEvent,
  previous: bigint,
  incarnation = 1,
): Message {
  const { type, version, contract, data } = publish(event);
  const { traceparent } = event.metadata;
  return {
    id: event.id,
    source,
    type,
    version,
    stream: event.stream,
    revision: event.revision,
    position: event.position,
    previous,
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    hash: event.hash,
    ...(incarnation > 1 ? { incarnation } : {}),
    ...(contract === undefined ? {} : { contract }),
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
  };
}

const currentOf = (incarnations: readonly Incarnation[]): Pick<Watermark, 'incarnation'> => {
  const last = incarnations.at(-1);
  return last === undefined ? {} : { incarnation: last.number };
};

/** System time. */
const SECOND_LOOK_MILLIS = 200;

/** The feed of a service's own log, straight from its event store. */
export class StoreLogFeed implements LogFeed {
  readonly #listeners = new Listeners<bigint>();
  /** The last promise that incarnations were looked for. */
  #promised: Instant | undefined;
  #known: readonly Incarnation[] | undefined;

  constructor(
    private readonly source: ServiceName,
    private readonly store: EventStore,
    private readonly publish: Publish,
    private readonly watermark: PublishedWatermark,
  ) {}

  async read(request: FeedRequest): Promise<FeedPage> {
    const { after, limit, previous = after, partition, types, event: last, reader = 'a reader' } = request;
    // The watermark first: what it covers is then final in any page read after it.
    const watermark = await this.watermark.current();
    const { events, upTo, known, incarnation } = await this.store.readAll({ after, limit, event: last });
    if (last !== undefined && known === false && (await this.#lacks([{ reader, event: last }])))
      return { messages: [], upTo: after, settled: after, known: false };
    const incarnations =
      incarnation === undefined && events.length === 0
        ? await this.#incarnationsAt(watermark)
        : await this.#incarnationsOf(incarnation);
    const settled = events.length < limit ? upTo : await this.store.settledPosition();
    const messages: Message[] = [];
    let link = previous;
    for (const event of events) {
      if (partition !== undefined && partitionOf(event.stream, partition.of) !== partition.number) continue;
      if (types === undefined || types.includes(event.type))
        messages.push(
          publishedMessage(
            this.source,
            this.publish,
            event,
            link,
            incarnationAt(incarnations, event.position),
          ),
        );
      link = event.position;
    }
    const page = { messages, upTo, settled: settled > upTo ? settled : upTo };
    // A page that is not full leads to the settled end, wherever a version before has seen that.
    const covered = events.length < limit || watermark === undefined || watermark.position <= upTo;
    return watermark === undefined || !covered
      ? page
      : { ...page, watermark: { instant: watermark.instant, position: link, ...currentOf(incarnations) } };
  }

  async compare(anchors: readonly ReadAnchor[]): Promise<AnchorsFound> {
    const known = await this.store.holds(anchors.map(({ event }) => event));
    const lacking = anchors.filter((_, i) => known[i] !== true);
    const confirmed = lacking.length > 0 && (await this.#lacks(lacking));
    const since = await this.store.standing.since();
    // Whoever asks was told of a loss that was accepted this very moment.
    const incarnations = await this.#lookForIncarnations();
    return {
      known: confirmed ? known : known.map(() => true),
      ...(incarnations.length === 0 ? {} : { incarnations: incarnations.map(incarnationToJson) }),
      ...(since === undefined ? {} : { wentBackSince: since }),
    };
  }

  onNews(listener: (position: bigint) => void): () => void {
    const stops = [
      this.store.onAppended(listener),
      this.watermark.onPublished(() => listener(0n)),
      this.#listeners.add(listener),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /**
   * Those that the events of a page may be of. One that began since they were looked for would be missed, and its events taken for lost ones.
   * @param current the last of them when the page was read; looked for where the store does not tell.
   */
  async #incarnationsOf(current: number | undefined): Promise<readonly Incarnation[]> {
    if (this.#known !== undefined && (this.#known.at(-1)?.number ?? 1) === current) return this.#known;
    return this.#lookForIncarnations();
  }

  /** Those of a promise, looked for once for each: what rests is asked nothing. */
  async #incarnationsAt(watermark: Watermark | undefined): Promise<readonly Incarnation[]> {
    if (watermark === undefined) return [];
    if (this.#known !== undefined && this.#promised === watermark.instant) return this.#known;
    this.#promised = watermark.instant;
    return this.#lookForIncarnations();
  }

  async #lookForIncarnations(): Promise<readonly Incarnation[]> {
    this.#known = await this.store.standing.incarnations();
    return this.#known;
  }

  /**
   * Looks once more, for a moment later everybody sees what one has seen, and then lets nothing be appended.
   * @returns whether the log lacks any of them.
   */
  async #lacks(anchors: readonly ReadAnchor[]): Promise<boolean> {
    await sleep(SECOND_LOOK_MILLIS);
    const known = await this.store.holds(anchors.map(({ event }) => event));
    const lacking = anchors.filter((_, i) => known[i] !== true);
    if (lacking.length === 0) return false;
    await this.store.standing.enter(lacking.map(evidenceOf), await this.store.last());
    return true;
  }

  /** Another instance has told that there is something new. */
  heard(position: bigint): void {
    this.#listeners.tell(position);
  }
}

/** Where the feed of each service is. */
export class FeedDirectory implements LogFeeds {
  readonly #feeds = new Map<ServiceName, LogFeed>();

  /** Each service has one feed; the first that is named stays. */
  add(source: ServiceName, feed: LogFeed): void {
    if (!this.#feeds.has(source)) this.#feeds.set(source, feed);
  }

  /** @throws Error where nobody has named it. */
  of(source: ServiceName): LogFeed {
    const feed = this.#feeds.get(source);
    if (feed === undefined) throw new Error(`no log feed is known for ${source}`);
    return feed;
  }

  read(source: ServiceName, request: FeedRequest): Promise<FeedPage> {
    return this.of(source).read(request);
  }

  /** @returns undefined where the owner cannot tell, or is not known. */
  async compare(source: ServiceName, anchors: readonly ReadAnchor[]): Promise<AnchorsFound | undefined> {
    return this.#feeds.get(source)?.compare?.(anchors);
  }
}

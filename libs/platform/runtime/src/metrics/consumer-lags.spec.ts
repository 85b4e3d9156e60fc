import { beforeEach, describe, expect, it } from '@jest/globals';
import { type FeedPage, type FeedRequest, type LogFeeds, partitionOf } from '@smartkey/event-bus';
import { plusMillis, type Instant } from '@smartkey/kernel';
import { ConsumerLags } from './consumer-lags.ts';

const BEGIN = '2018-01-01T00:00:00.000Z';
const PARTITIONS = 4;
/** A stream of each partition. */
const streamOf = (partition: number): string => {
  for (let n = 0; ; n += 1) if (partitionOf(`s-${n}`, PARTITIONS) === partition) return `s-${n}`;
};

/** One log: positions 1, 2, 3 …, an event a second. */
class Feed implements LogFeeds {
  readonly partitions: number[] = [];
  looked = 0;
  reads = 0;
  /** Set, reads wait for it. */
  gate: Promise<void> | undefined;

  append(partition: number, count = 1): void {
    for (let n = 0; n < count; n += 1) this.partitions.push(partition);
  }

  async read(_source: string, { after, limit, partition }: FeedRequest): Promise<FeedPage> {
    this.reads += 1;
    await this.gate;
    const settled = BigInt(this.partitions.length);
    const events = this.partitions.slice(Number(after), Number(after) + limit);
    this.looked += events.length;
    const messages = events.flatMap((each, index) => {
      const stream = streamOf(each);
      if (partition !== undefined && partitionOf(stream, partition.of) !== partition.number) return [];
      const recordedAt = plusMillis(BEGIN, 1_000 * (Number(after) + index + 1));
      return [{ stream, position: after + BigInt(index + 1), recordedAt }];
    });
    return { messages, upTo: after + BigInt(events.length), settled } as unknown as FeedPage;
  }
}

describe('how far a consumer is behind', () => {
  let feed: Feed;
  let marks: bigint[];
  let now: Instant;
  beforeEach(() => {
    feed = new Feed();
    marks = [0n, 0n, 0n, 0n];
    now = plusMillis(BEGIN, 100_000);
  });
  const lags = (): ConsumerLags =>
    new ConsumerLags({
      feeds: feed,
      clock: { now: () => now },
      projections: {
        status: () =>
          Promise.resolve([
            {
              name: 'ledger',
              kind: 'projection',
              marks: marks.map((position, partition) => ({
                consumer: 'ledger_v1',
                source: 'contract',
                partition,
                position,
                watermark: null,
                parked: 0,
              })),
            },
          ]),
      },
    });
  const seconds = async (of: ConsumerLags): Promise<number> => (await of.look())[0]!.seconds;

  it('is looked for once for all who ask at the same time, at several places beside each other', async () => {
    for (const partition of [0, 1, 2, 3]) feed.append(partition);
    let open!: () => void;
    feed.gate = new Promise((resolve) => (open = resolve));
    const looking = lags();
    const looks = [looking.look(), looking.look(), looking.look()];
    await new Promise((resolve) => setImmediate(resolve));
    expect(feed.reads).toBe(PARTITIONS);
    open();
    const found = await Promise.all(looks);
    expect(found[1]).toBe(found[0]);
    expect(feed.reads).toBe(PARTITIONS);
    expect(await looking.look()).toEqual(found[0]);
    expect(feed.reads).toBe(2 * PARTITIONS);
  });

  it('is looked for anew after a look that failed', async () => {
    feed.gate = Promise.reject(new Error('the peer is away'));
    const looking = lags();
    await expect(looking.look()).rejects.toThrow('the peer is away');
    feed.gate = undefined;
    expect(await seconds(looking)).toBe(0);
  });

  it('is 0 where it has all, although every mark but one stands before the end of the log', async () => {
    for (const partition of [0, 1, 2, 3]) feed.append(partition);
    marks = [1n, 2n, 3n, 4n];
    expect(await seconds(lags())).toBe(0);
  });

  it('counts from the first event of a partition that is not applied, not from another partition’s', async () => {
    feed.append(0);
    feed.append(1, 9);
    feed.append(2);
    marks = [1n, 10n, 0n, 0n];
    // The event of partition 2 is the eleventh, recorded at second 11.
    expect(await seconds(lags())).toBe(89);
  });

  it('is that of the slowest partition', async () => {
    feed.append(0);
    feed.append(1);
    expect(await seconds(lags())).toBe(99);
  });

  it('does not look again through what it knows to hold nothing of a quiet partition', async () => {
    feed.append(0);
    feed.append(1, 3_000);
    marks = [1n, 3_001n, 0n, 0n];
    const looking = lags();
    expect(await seconds(looking)).toBe(0);
    feed.looked = 0;
    feed.append(1);
    marks[1] = 3_002n;
    expect(await seconds(looking)).toBe(0);
    expect(feed.looked).toBeLessThanOrEqual(PARTITIONS);
    feed.append(0);
    now = plusMillis(BEGIN, 6_000_000);
    expect(await seconds(looking)).toBe(6_000 - 3_003);
  });

  it('sees a consumer that was set back before what it has looked through', async () => {
    feed.append(2);
    feed.append(1, 300);
    marks = [0n, 301n, 1n, 0n];
    const looking = lags();
    expect(await seconds(looking)).toBe(0);
    marks[2] = 0n;
    expect(await seconds(looking)).toBe(99);
  });
});

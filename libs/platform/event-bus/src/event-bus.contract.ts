import { until } from '@smartkey/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Instant } from '@smartkey/kernel';
import type { Delivery, EventBus, Message, ServiceName, Subscriber, Watermark } from './event-bus.port.ts';
import { partitionOf } from './partitioning.ts';

/** A bus over a real log, and the ways to put something into it. */
export interface BusUnderTest {
  readonly bus: EventBus;
  readonly source: ServiceName;
  /** Appends one event to a stream of the source's log. @returns its position. */
  append(stream: string, data: object): Promise<bigint>;
  /** Lets the source promise an instant for all that its log holds now. */
  promise(instant: Instant): Promise<void>;
  stop(): Promise<void>;
}

/** A subscriber as every consumer of ours is: marks of its own, moved after the effect, duplicates dropped by position. */
export class MarkedSubscriber implements Subscriber {
  readonly sources: readonly ServiceName[];
  readonly deliveries: Delivery[] = [];
  readonly taken: Message[] = [];
  readonly marks = new Map<number, bigint>();
  readonly watermarks = new Map<number, Watermark>();
  /** Throws in place of handling, so many times. */
  failures = 0;
  attempts = 0;

  constructor(
    readonly group: string,
    source: ServiceName,
  ) {
    this.sources = [source];
  }

  positionOf(_source: ServiceName, partition: number): Promise<bigint> {
    return Promise.resolve(this.marks.get(partition) ?? 0n);
  }

  eventOf(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async handle(delivery: Delivery): Promise<void> {
    this.attempts += 1;
    await Promise.resolve();
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('not now');
    }
    this.deliveries.push(delivery);
    for (const message of delivery.messages) {
      if (message.position <= (this.marks.get(delivery.partition) ?? 0n)) continue;
      this.taken.push(message);
      this.marks.set(delivery.partition, message.position);
    }
    if (delivery.watermark !== undefined) this.watermarks.set(delivery.partition, delivery.watermark);
  }

  /** The numbers that arrived of one stream, in their order. */
  numbersOf(stream: string): readonly unknown[] {
    return this.taken
      .filter((message) => message.stream === stream)
      .map((message) => (message.data as { n: unknown }).n);
  }
}

/** What every adapter of the bus promises. */
export function eventBusContract(name: string, make: () => Promise<BusUnderTest>): void {
  describe(`the event bus: ${name}`, () => {
    let under: BusUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.stop());

    const subscriber = (group = 'contract-suite') => new MarkedSubscriber(group, under.source);
    const appendMany = async (count: number, streams = 3, from = 0) => {
      for (let n = from; n < from + count; n += 1) await under.append(`s-${n % streams}`, { n });
    };
    const numbers = (stream: number, count: number, streams = 3) =>
      Array.from({ length: count }, (_, n) => n).filter((n) => n % streams === stream);

    it('delivers every event, each stream in its order, also what was there before the subscription', async () => {
      const taking = subscriber();
      await appendMany(20);
      await under.bus.subscribe(taking);
      await appendMany(20, 3, 20);
      await until(() => taking.taken.length === 40);
      for (const stream of [0, 1, 2]) expect(taking.numbersOf(`s-${stream}`)).toEqual(numbers(stream, 40));
    });

    it('delivers what writers append at the same time, and skips none that commits late', async () => {
      const taking = subscriber();
      await under.bus.subscribe(taking);
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < 10; n += 1) await under.append(`writer-${writer}`, { n });
      });
      await Promise.all(writers);
      await until(() => taking.taken.length === 80);
      for (let writer = 0; writer < 8; writer += 1)
        expect(taking.numbersOf(`writer-${writer}`)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('chains the messages of a partition by position, and keeps a stream on its partition', async () => {
      const taking = subscriber();
      await under.bus.subscribe(taking);
      await appendMany(30, 7);
      await until(() => taking.taken.length === 30);
      const of = await under.bus.partitions(under.source);
      const links = new Map<number, bigint>();
      for (const { messages, partition, source } of taking.deliveries)
        for (const message of messages) {
          expect(source).toBe(under.source);
          expect(partitionOf(message.stream, of)).toBe(partition);
          if (message.position > (links.get(partition) ?? 0n)) {
            expect(message.previous).toBe(links.get(partition) ?? 0n);
            links.set(partition, message.position);
          }
        }
    });

    it('delivers again, in order, what a handler threw at', async () => {
      const taking = subscriber();
      taking.failures = 3;
      await under.bus.subscribe(taking);
      await appendMany(12);
      await until(() => taking.taken.length === 12);
      expect(taking.attempts).toBeGreaterThan(3);
      for (const stream of [0, 1, 2]) expect(taking.numbersOf(`s-${stream}`)).toEqual(numbers(stream, 12));
    });

    it('goes on from where the marks say that a subscriber stands', async () => {
      const first = subscriber();
      const subscription = await under.bus.subscribe(first);
      await appendMany(10);
      await until(() => first.taken.length === 10);
      await subscription.close();
      await appendMany(10, 3, 10);
      const second = subscriber();
      for (const [partition, position] of first.marks) second.marks.set(partition, position);
      await under.bus.subscribe(second);
      await until(() => second.taken.length === 10);
      expect(second.taken.map((message) => (message.data as { n: number }).n).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 10 }, (_, n) => n + 10),
      );
    });

    it('gives each group everything', async () => {
      const groups = [subscriber('one'), subscriber('two')];
      for (const group of groups) await under.bus.subscribe(group);
      await appendMany(15);
      for (const group of groups) await until(() => group.taken.length === 15);
      expect(groups[0]!.taken.map((message) => message.id).sort()).toEqual(
        groups[1]!.taken.map((message) => message.id).sort(),
      );
    });

    it('shows a watermark on every partition, behind all that it covers', async () => {
      const taking = subscriber();
      await under.bus.subscribe(taking);
      await appendMany(20, 7);
      await under.promise('2018-02-01T00:00:00.000Z');
      const of = await under.bus.partitions(under.source);
      await until(() => taking.watermarks.size === of);
      const last = new Map<number, bigint>();
      let covered = 0;
      for (const { partition, messages, watermark } of taking.deliveries) {
        covered += messages.length;
        last.set(partition, messages.at(-1)?.position ?? last.get(partition) ?? 0n);
        if (watermark === undefined) continue;
        expect(watermark.instant).toBe('2018-02-01T00:00:00.000Z');
        expect(watermark.position).toBe(last.get(partition));
      }
      expect(covered).toBeGreaterThanOrEqual(20);
    });

    it('shows a later watermark also where nothing was appended since', async () => {
      const taking = subscriber();
      await under.bus.subscribe(taking);
      await under.append('s-0', { n: 0 });
      const of = await under.bus.partitions(under.source);
      for (const instant of ['2018-02-01T00:00:00.000Z', '2018-03-01T00:00:00.000Z'] as const) {
        await under.promise(instant);
        await until(
          () => [...taking.watermarks.values()].filter((seen) => seen.instant === instant).length === of,
        );
      }
      expect(taking.taken).toHaveLength(1);
    });

    it('delivers nothing more once a subscription is closed', async () => {
      const taking = subscriber();
      const witness = subscriber('witness');
      const subscription = await under.bus.subscribe(taking);
      await under.bus.subscribe(witness);
      await appendMany(5);
      await until(() => taking.taken.length === 5);
      await subscription.close();
      await appendMany(5, 3, 5);
      await until(() => witness.taken.length === 10);
      expect(taking.taken).toHaveLength(5);
    });
  });
}

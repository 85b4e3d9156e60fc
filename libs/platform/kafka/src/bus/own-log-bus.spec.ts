import { describe, expect, it } from '@jest/globals';
import type { Delivery, EventBus, ServiceName, Subscriber } from '@smartkey/event-bus';
import { OwnLogBus } from './own-log-bus.ts';

/** Remembers who subscribed, and hands over what a test gives it. */
class FakeBus implements EventBus {
  readonly subscribers: Subscriber[] = [];
  closed = 0;
  constructor(private readonly count: number) {}

  partitions(): Promise<number> {
    return Promise.resolve(this.count);
  }

  subscribe(subscriber: Subscriber) {
    this.subscribers.push(subscriber);
    return Promise.resolve({ close: () => Promise.resolve(void (this.closed += 1)) });
  }
}

class Taking implements Subscriber {
  readonly group = 'billing.ledger.v1';
  readonly deliveries: Delivery[] = [];
  constructor(readonly sources: readonly ServiceName[]) {}

  positionOf(source: ServiceName, partition: number): Promise<bigint> {
    return Promise.resolve(BigInt(`${source.length}${partition}`));
  }

  handle(delivery: Delivery): Promise<void> {
    this.deliveries.push(delivery);
    return Promise.resolve();
  }
}

const make = () => {
  const log = new FakeBus(1);
  const broker = new FakeBus(6);
  return { log, broker, bus: new OwnLogBus('billing', log, broker) };
};

describe('the bus of a service on a broker', () => {
  it('reads its own log from the log, and the others from the broker', async () => {
    const { log, broker, bus } = make();
    const taking = new Taking(['contract', 'billing', 'authentication']);
    await bus.subscribe(taking);
    expect(log.subscribers.map(({ sources }) => sources)).toEqual([['billing']]);
    expect(broker.subscribers.map(({ sources }) => sources)).toEqual([['contract', 'authentication']]);
    const delivery: Delivery = { source: 'contract', partition: 2, messages: [] };
    await broker.subscribers[0]!.handle(delivery);
    expect(taking.deliveries).toEqual([delivery]);
    expect(await log.subscribers[0]!.positionOf('billing', 4)).toBe(74n);
  });

  it('leaves alone the one that a subscriber does not read from', async () => {
    const { log, broker, bus } = make();
    await bus.subscribe(new Taking(['billing']));
    expect([log.subscribers.length, broker.subscribers.length]).toEqual([1, 0]);
    await bus.subscribe(new Taking(['contract']));
    expect([log.subscribers.length, broker.subscribers.length]).toEqual([1, 1]);
  });

  it('has one partition for its own log, and as many as the topic for another', async () => {
    const { bus } = make();
    expect(await bus.partitions('billing')).toBe(1);
    expect(await bus.partitions('contract')).toBe(6);
  });

  it('closes a subscription on both', async () => {
    const { log, broker, bus } = make();
    const subscription = await bus.subscribe(new Taking(['billing', 'contract']));
    await subscription.close();
    expect([log.closed, broker.closed]).toEqual([1, 1]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Anchor } from '@smartkey/event-store';
import type { Delivery, EventBus, ServiceName, Subscriber } from '@smartkey/event-bus';
import { OwnLogBus } from './own-log-bus.ts';

const EVENT: Anchor = {
  id: '0d7c0f6e-4bcb-4d0b-9a55-6f0a8f3c1c11',
  position: 74n,
  stream: 'close-2018-02',
  revision: 0,
  hash: 'ab'.repeat(32),
  incarnation: 1,
};

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

  eventOf(_source: ServiceName, partition: number): Promise<Anchor> {
    return Promise.resolve({ ...EVENT, revision: partition });
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
    // By it a log is known again that went back: without it, who was put back behind a loss waits where nothing will ever come.
    expect(await log.subscribers[0]!.eventOf('billing', 4)).toEqual({ ...EVENT, revision: 4 });
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

import { until } from '@smartkey/testing';
import { describe, expect, it, jest } from '@jest/globals';
import type { Consumer, Kafka } from 'kafkajs';
import { pino } from 'pino';
import type { Subscriber } from '@smartkey/event-bus';
import { GroupConsumer } from './group-consumer.ts';

type Listener = (event: { payload: object }) => void;

/** A client of the library, as far as its supervisor sees it; what it does is written into it by a test. */
class FakeClient {
  readonly events = {
    HEARTBEAT: 'heartbeat',
    COMMIT_OFFSETS: 'commit',
    GROUP_JOIN: 'join',
    CRASH: 'crash',
  };
  readonly #listeners = new Map<string, Listener>();
  disconnects = 0;
  /** What happens on `run` and on `disconnect`. */
  running: (client: FakeClient) => Promise<void> = () =>
    Promise.resolve(this.emit('join', { memberAssignment: {} }));
  leaving: () => Promise<void> = () => Promise.resolve();

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  emit(event: string, payload: object): void {
    this.#listeners.get(event)?.({ payload });
  }

  connect = (): Promise<void> => Promise.resolve();
  subscribe = (): Promise<void> => Promise.resolve();
  run = (): Promise<void> => this.running(this);
  disconnect = (): Promise<void> => {
    this.disconnects += 1;
    return this.leaving();
  };
}

/** A library whose clients a test prepares, the first of them first. */
function library(...prepare: ((client: FakeClient) => void)[]) {
  const clients: FakeClient[] = [];
  const kafka = {
    consumer: (): Consumer => {
      const client = new FakeClient();
      prepare[clients.length]?.(client);
      clients.push(client);
      return client as unknown as Consumer;
    },
  } as unknown as Kafka;
  return { clients, kafka };
}

const subscriber: Subscriber = {
  group: 'ledger',
  sources: ['contract'],
  positionOf: () => Promise.resolve(0n),
  eventOf: () => Promise.resolve(undefined),
  handle: () => Promise.resolve(),
};

const consumerOf = (kafka: Kafka, sessionTimeoutMillis = 60_000): GroupConsumer =>
  new GroupConsumer(subscriber, {
    kafka,
    settings: { brokers: [], clientId: 'test', topicPrefix: 'smartkey', sessionTimeoutMillis },
    groupId: 'smartkey.billing.ledger',
    log: pino({ level: 'silent' }),
    partitions: () => Promise.resolve(1),
    keepUnreadable: () => Promise.resolve(),
  });

describe('the consumer of a group', () => {
  it('makes another client where one has crashed, and has no trouble once that has joined', async () => {
    const { clients, kafka } = library();
    const consumer = consumerOf(kafka);
    await consumer.start();
    consumer.troubles.check(0);
    clients[0]!.emit('crash', { error: new Error('the broker died') });
    await until(() => clients.length === 2);
    expect(clients[0]!.disconnects).toBeGreaterThan(0);
    consumer.troubles.check(0);
    await consumer.close();
  });

  it('makes another where the first could not even join, and says so meanwhile', async () => {
    let joined: (() => void) | undefined;
    const { clients, kafka } = library(
      (client) => (client.running = () => Promise.reject(new Error('no coordinator'))),
      (client) =>
        (client.running = (own) =>
          new Promise((resolve) => {
            joined = () => (own.emit('join', { memberAssignment: {} }), resolve());
          })),
    );
    const consumer = consumerOf(kafka);
    await consumer.start();
    await until(() => joined !== undefined);
    expect(clients).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(() => consumer.troubles.check(0)).toThrow('not a member of its group');
    joined!();
    consumer.troubles.check(0);
    await consumer.close();
  });

  it('makes another where one has fallen silent: no crash is told then', async () => {
    const { clients, kafka } = library();
    const consumer = consumerOf(kafka, 20);
    await consumer.start();
    await until(() => clients.length === 2);
    await consumer.close();
  });

  it('sends a client away again that joins after it was told to leave', async () => {
    const { clients, kafka } = library();
    const consumer = consumerOf(kafka);
    await consumer.start();
    await consumer.close();
    const [client] = clients;
    const before = client!.disconnects;
    client!.emit('join', { memberAssignment: {} });
    await until(() => client!.disconnects > before);
    expect(clients).toHaveLength(1);
  });

  it('ends within seconds where neither the brokers nor what the subscriber does come to an end', async () => {
    const { clients, kafka } = library((client) => {
      client.leaving = () => new Promise(() => undefined);
    });
    const consumer = consumerOf(kafka);
    await consumer.start();
    jest.useFakeTimers();
    try {
      let closed = false;
      const closing = consumer.close().then(() => (closed = true));
      await jest.advanceTimersByTimeAsync(4_000);
      expect(closed).toBe(true);
      await closing;
    } finally {
      jest.useRealTimers();
    }
    expect(clients[0]!.disconnects).toBe(1);
  });

  it('takes what fails on a partition for its own trouble only as long as the partition is its own', async () => {
    const { clients, kafka } = library();
    const consumer = consumerOf(kafka);
    await consumer.start();
    consumer.troubles.begin('smartkey.contract/0', 'no feed');
    consumer.troubles.begin('smartkey.contract/1', 'no feed either');
    await new Promise((resolve) => setTimeout(resolve, 2));
    clients[0]!.emit('join', { memberAssignment: { 'smartkey.contract': [1] } });
    expect(() => consumer.troubles.check(0)).toThrow(/^smartkey\.contract\/1: no feed either$/);
    await consumer.close();
  });
});

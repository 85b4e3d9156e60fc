import { until } from '@smartkey/testing';
import { describe, expect, it } from '@jest/globals';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { pino } from 'pino';
import type { Delivery, Message } from '@smartkey/event-bus';
import { BatchIntake } from './batch-intake.ts';
import { encodeMessage } from '../records/cloud-event.codec.ts';
import { bytesOfRecord } from '../records/received-record.ts';
import { Troubles } from '../health/troubles.ts';
import type { FoundRecord } from './unreadable-records.ts';

const message = (position: bigint): Message => ({
  id: `e${position}`,
  source: 'contract',
  type: 'Counted',
  version: 1,
  stream: 's',
  revision: 0,
  position,
  previous: position - 1n,
  occurredAt: '2018-01-01T00:00:00.000Z',
  recordedAt: '2018-01-01T00:00:00.000Z',
  data: {},
});
const record = (position: bigint, changed: Record<string, string> = {}): KafkaMessage => {
  const { value, headers } = encodeMessage(message(position));
  return {
    offset: String(position),
    value: Buffer.from(value),
    headers: Object.fromEntries(
      Object.entries({ ...headers, ...changed }).map(([name, text]) => [name, Buffer.from(text)]),
    ),
  } as unknown as KafkaMessage;
};

class Fixture {
  readonly did: string[] = [];
  readonly deliveries: Delivery[] = [];
  readonly kept: FoundRecord[] = [];
  readonly troubles = new Troubles();
  handle: (delivery: Delivery) => Promise<void> = () => Promise.resolve();
  commit: () => Promise<void> = () => Promise.resolve();
  keep: () => Promise<void> = () => Promise.resolve();
  readonly intake: BatchIntake;

  constructor(mostBytes?: number) {
    this.intake = new BatchIntake(
      {
        group: 'ledger',
        sources: ['contract'],
        positionOf: () => Promise.resolve(0n),
        eventOf: () => Promise.resolve(undefined),
        handle: async (delivery) => {
          this.deliveries.push(delivery);
          await this.handle(delivery);
        },
      },
      {
        groupId: 'smartkey.billing.ledger',
        sourceOf: () => 'contract',
        partitions: () => Promise.resolve(1),
        system: Buffer.from('0123456789ab'),
        keepUnreadable: async (records) => {
          await this.keep();
          this.kept.push(...records);
        },
        troubles: this.troubles,
        log: pino({ level: 'silent' }),
        ...(mostBytes !== undefined && { mostBytes }),
      },
    );
  }

  /** The library fetches on as soon as this answers. */
  take(...messages: readonly KafkaMessage[]): Promise<void> {
    const payload = {
      batch: {
        topic: 'smartkey.contract',
        partition: 0,
        messages,
        lastOffset: () => messages.at(-1)!.offset,
      },
      isRunning: () => true,
      resolveOffset: (offset: string) => void this.did.push(`resolved ${offset}`),
      pause: () => {
        this.did.push('paused');
        return () => void this.did.push('resumed');
      },
      commitOffsetsIfNecessary: async ({
        topics,
      }: {
        topics: readonly { partitions: readonly { offset: string }[] }[];
      }) => {
        await this.commit();
        this.did.push(`committed ${topics[0]!.partitions[0]!.offset}`);
      },
    };
    return this.intake.take(payload as unknown as EachBatchPayload);
  }

  async takeWhole(...messages: readonly KafkaMessage[]): Promise<void> {
    const before = this.did.filter((what) => what.startsWith('committed')).length;
    await this.take(...messages);
    await until(() => this.did.filter((what) => what.startsWith('committed')).length > before);
  }
}

/** A handler that waits until it is let go, once for each delivery. */
function held(under: Fixture): { letGo: () => void } {
  const waiting: (() => void)[] = [];
  under.handle = () => new Promise((resolve) => waiting.push(resolve));
  return { letGo: () => waiting.shift()!() };
}

describe('a topic of another system', () => {
  it('is held at its first record, is a trouble at once, and no dead letter', async () => {
    const under = new Fixture();
    await under.takeWhole(record(1n), record(2n, { ce_system: '0123456789ab' }));
    await under.take(record(3n, { ce_system: 'ba9876543210' }));
    await until(() => under.troubles.stopped().length > 0);
    expect(under.troubles.stopped()).toEqual(['smartkey.contract/0']);
    expect(() => under.troubles.check(60_000)).toThrow('is of ba9876543210, and this is 0123456789ab');
    expect(under.did).toContain('paused');
    expect(under.did).not.toContain('committed 4');
    expect(under.deliveries).toHaveLength(1);
    expect(under.kept).toEqual([]);
    await under.intake.close();
  });
});

describe('a batch of a consumer group', () => {
  it('is fetched on behind at once, and committed once it is handled', async () => {
    const under = new Fixture();
    const { letGo } = held(under);
    await under.take(record(1n), record(2n));
    await until(() => under.deliveries.length === 1);
    expect(under.deliveries[0]!.messages).toEqual([message(1n), message(2n)]);
    expect(under.did).toEqual(['resolved 2']);
    letGo();
    await until(() => under.did.length === 2);
    expect(under.did).toEqual(['resolved 2', 'committed 3']);
  });

  it('waits for the one before it on its partition', async () => {
    const under = new Fixture();
    const { letGo } = held(under);
    await under.take(record(1n));
    await under.take(record(2n));
    await until(() => under.deliveries.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(under.deliveries).toHaveLength(1);
    letGo();
    await until(() => under.deliveries.length === 2);
    expect(under.did).not.toContain('committed 3');
    letGo();
    await until(() => under.did.includes('committed 3'));
  });

  it('that comes in the moment in which the one before it was the last is handled too', async () => {
    const under = new Fixture();
    for (let n = 1n; n <= 50n; n += 1n) {
      await under.take(record(n));
      for (let turn = 0n; turn < n % 7n; turn += 1n) await Promise.resolve();
    }
    await until(() => under.did.includes('committed 51'));
    expect(under.deliveries.flatMap(({ messages }) => messages)).toHaveLength(50);
  });

  it('is tried again where its handler threw, with no more fetched meanwhile, and is not committed before', async () => {
    const under = new Fixture();
    under.handle = () => Promise.reject(new TypeError('a bug'));
    await under.take(record(1n));
    await until(() => under.deliveries.length > 1);
    expect(under.did).toEqual(['resolved 1', 'paused']);
    expect(() => under.troubles.check(0)).toThrow('smartkey.contract/0: a bug');
    under.handle = () => Promise.resolve();
    await until(() => under.did.includes('committed 2'));
    expect(under.did).toContain('resumed');
    under.troubles.check(0);
    await under.intake.close();
  });

  it('is no more fetched of where too much waits, until half of it is handled', async () => {
    const bytes = bytesOfRecord(record(1n));
    const under = new Fixture(2 * bytes);
    const { letGo } = held(under);
    for (const position of [1n, 2n]) await under.take(record(position));
    expect(under.did).not.toContain('paused');
    await under.take(record(3n));
    expect(under.did).toContain('paused');
    await until(() => under.deliveries.length === 1);
    letGo();
    await until(() => under.deliveries.length === 2);
    expect(under.did).not.toContain('resumed');
    letGo();
    await until(() => under.did.includes('resumed'));
  });

  it('is handed over together with what waits behind it, as many records as a transaction takes', async () => {
    const under = new Fixture();
    const { letGo } = held(under);
    const most = Array.from({ length: 4_999 }, (_, index) => record(BigInt(index) + 3n));
    await under.take(record(1n));
    await under.take(record(2n));
    await under.take(...most);
    await under.take(record(5_002n));
    for (let delivery = 1; delivery <= 3; delivery += 1) {
      await until(() => under.deliveries.length === delivery);
      letGo();
    }
    await until(() => under.did.includes('committed 5003'));
    expect(under.deliveries.map(({ messages }) => messages.length)).toEqual([1, 5_000, 1]);
    expect(under.did).not.toContain('committed 3');
  });

  it('that waits is let go when the group is joined anew, for it is fetched again; what is under way ends', async () => {
    const under = new Fixture();
    const { letGo } = held(under);
    await under.take(record(1n));
    await under.take(record(2n));
    await until(() => under.deliveries.length === 1);
    under.intake.letGo();
    await under.take(record(1n), record(2n));
    letGo();
    await until(() => under.deliveries.length === 2);
    expect(under.deliveries[1]!.messages).toEqual([message(1n), message(2n)]);
    letGo();
    await until(() => under.did.includes('committed 3'));
    expect(under.did).not.toContain('committed 2');
  });

  it('that failed is let go at once, too, and its partition flows again', async () => {
    const under = new Fixture();
    under.handle = () => Promise.reject(new TypeError('a bug'));
    await under.take(record(1n));
    await until(() => under.did.includes('paused'));
    under.intake.letGo();
    expect(under.did).toContain('resumed');
    under.handle = () => Promise.resolve();
    await under.takeWhole(record(1n));
    under.troubles.check(0);
  });

  it('that fails once it was let go holds nothing up: its partition is fetched on, and is no trouble of this member', async () => {
    const under = new Fixture();
    let fail = (_error: Error): void => undefined;
    under.handle = () => new Promise((_resolve, reject) => (fail = reject));
    await under.take(record(1n));
    await until(() => under.deliveries.length === 1);
    under.intake.letGo();
    under.handle = () => Promise.resolve();
    fail(new TypeError('a bug'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(under.did).not.toContain('paused');
    under.troubles.check(0);
    await under.takeWhole(record(1n));
  });

  it('counts as handled also where its offset could not be committed: the mark is the truth, and the next goes on', async () => {
    const under = new Fixture();
    under.commit = () =>
      Promise.reject(Object.assign(new Error('not aware of this member'), { type: 'UNKNOWN_MEMBER_ID' }));
    await under.take(record(1n));
    await until(() => under.deliveries.length === 1);
    under.commit = () => Promise.resolve();
    await under.takeWhole(record(2n));
    expect(under.deliveries).toHaveLength(2);
  });

  it('is not taken any more once it is closed, and the one under way comes to its end', async () => {
    const under = new Fixture();
    const { letGo } = held(under);
    await under.take(record(1n));
    await under.take(record(2n));
    await until(() => under.deliveries.length === 1);
    let closed = false;
    const closing = under.intake.close().then(() => (closed = true));
    await under.take(record(3n));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(closed).toBe(false);
    letGo();
    await closing;
    expect(under.deliveries).toHaveLength(1);
  });

  it('with something unreadable is handed over as such, once that is kept', async () => {
    const under = new Fixture();
    await under.takeWhole(record(1n), record(2n, { ce_specversion: '2.0' }));
    expect(under.deliveries).toEqual([
      { source: 'contract', partition: 0, messages: [message(1n)], unreadable: true },
    ]);
    expect(under.kept).toMatchObject([{ offset: 2n, reason: 'CloudEvents 2.0, not 1.0' }]);
  });

  it('is tried again where what is unreadable could not be kept', async () => {
    const under = new Fixture();
    under.keep = () => Promise.reject(new Error('no database'));
    await under.take(record(1n, { ce_specversion: '2.0' }));
    await until(() => under.did.includes('paused'));
    expect(under.deliveries).toHaveLength(0);
    under.keep = () => Promise.resolve();
    await until(() => under.did.includes('committed 2'));
    expect(under.deliveries).toHaveLength(1);
    await under.intake.close();
  });
});

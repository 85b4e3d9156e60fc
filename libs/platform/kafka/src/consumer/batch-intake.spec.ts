import { until } from '@smartkey/testing';
import { describe, expect, it } from '@jest/globals';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { pino } from 'pino';
import type { Delivery, Message } from '@smartkey/event-bus';
import { BatchIntake } from './batch-intake.ts';
import { encodeMessage } from '../records/cloud-event.codec.ts';
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
  handle: () => Promise<void> = () => Promise.resolve();
  commit: () => Promise<void> = () => Promise.resolve();
  heartbeat: () => Promise<void> = () => Promise.resolve();
  keep: () => Promise<void> = () => Promise.resolve();
  readonly intake = new BatchIntake(
    {
      group: 'ledger',
      sources: ['contract'],
      positionOf: () => Promise.resolve(0n),
      handle: async (delivery) => {
        this.deliveries.push(delivery);
        await this.handle();
      },
    },
    {
      groupId: 'smartkey.billing.ledger',
      sourceOf: () => 'contract',
      partitions: () => Promise.resolve(1),
      keepUnreadable: async (records) => {
        await this.keep();
        this.kept.push(...records);
      },
      beatMillis: 1,
      troubles: this.troubles,
      log: pino({ level: 'silent' }),
    },
  );

  take(...messages: readonly KafkaMessage[]): Promise<void> {
    const payload = {
      batch: {
        topic: 'smartkey.contract',
        partition: 0,
        messages,
        lastOffset: () => messages.at(-1)!.offset,
      },
      isRunning: () => true,
      heartbeat: () => this.heartbeat(),
      resolveOffset: (offset: string) => void this.did.push(`resolved ${offset}`),
      pause: () => {
        this.did.push('paused');
        return () => void this.did.push('resumed');
      },
      commitOffsetsIfNecessary: async (offsets: object) => {
        await this.commit();
        this.did.push(`committed ${JSON.stringify(offsets)}`);
      },
    };
    return this.intake.take(payload as unknown as EachBatchPayload);
  }
}

describe('a batch of a consumer group', () => {
  it('is handled first, and then resolved and committed behind its last record', async () => {
    const under = new Fixture();
    await under.take(record(1n), record(2n));
    expect(under.deliveries[0]!.messages).toEqual([message(1n), message(2n)]);
    expect(under.did).toEqual([
      'resolved 2',
      'committed {"topics":[{"topic":"smartkey.contract","partitions":[{"partition":0,"offset":"3"}]}]}',
    ]);
  });

  it('is neither resolved nor committed where its handler threw: its partition rests, and goes on', async () => {
    const under = new Fixture();
    under.handle = () => Promise.reject(new TypeError('a bug'));
    await under.take(record(1n));
    await until(() => under.did.includes('resumed'));
    expect(under.did).toEqual(['paused', 'resumed']);
    expect(() => under.troubles.check(0)).toThrow('smartkey.contract/0: a bug');
    under.handle = () => Promise.resolve();
    await under.take(record(1n));
    under.troubles.check(0);
    await under.intake.close();
  });

  it('passes on what the coordinator refused, as it is: the library tells by its type that it must join anew', async () => {
    const under = new Fixture();
    const refusal = Object.assign(new Error('not aware of this member'), { type: 'UNKNOWN_MEMBER_ID' });
    under.commit = () => Promise.reject(refusal);
    await expect(under.take(record(1n))).rejects.toBe(refusal);
    expect(under.deliveries).toHaveLength(1);
    expect(under.did).toEqual(['resolved 1']);
  });

  it('does not commit in a membership that a heartbeat found lost', async () => {
    const under = new Fixture();
    const refusal = Object.assign(new Error('rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
    let beats = 0;
    under.heartbeat = () => ((beats += 1), Promise.reject(refusal));
    under.handle = () => until(() => beats > 1);
    await expect(under.take(record(1n))).rejects.toBe(refusal);
    expect(under.did).toEqual(['resolved 1']);
  });

  it('waits for the one before it on its partition, whichever client brought that', async () => {
    const under = new Fixture();
    let release = (): void => undefined;
    under.handle = () => new Promise((resolve) => (release = resolve));
    const first = under.take(record(1n));
    await until(() => under.deliveries.length === 1);
    const second = under.take(record(1n));
    under.handle = () => Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(under.deliveries).toHaveLength(1);
    release();
    await Promise.all([first, second]);
    expect(under.deliveries).toHaveLength(2);
  });

  it('with something unreadable is handed over as such, once that is kept', async () => {
    const under = new Fixture();
    await under.take(record(1n), record(2n, { ce_specversion: '2.0' }));
    expect(under.deliveries).toEqual([
      { source: 'contract', partition: 0, messages: [message(1n)], unreadable: true },
    ]);
    expect(under.kept).toMatchObject([{ offset: 2n, reason: 'CloudEvents 2.0, not 1.0' }]);
  });

  it('comes again where what is unreadable could not be kept', async () => {
    const under = new Fixture();
    under.keep = () => Promise.reject(new Error('no database'));
    await under.take(record(1n, { ce_specversion: '2.0' }));
    expect(under.deliveries).toHaveLength(0);
    expect(under.did[0]).toBe('paused');
    await under.intake.close();
  });
});

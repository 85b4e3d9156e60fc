import { describe, expect, it } from '@jest/globals';
import type { Kafka } from 'kafkajs';
import { topicExtent } from './topic-extent.ts';

const there = [{ partition: 0, low: '0', high: '7', offset: '7' }];

/** Brokers that fail with an error of each type first. */
const brokers = (...types: readonly string[]) => {
  const left = [...types];
  const asked = { times: 0 };
  const fetchTopicOffsets = () => {
    asked.times += 1;
    const type = left.shift();
    return type === undefined
      ? Promise.resolve(there)
      : Promise.reject(Object.assign(new Error(type), { type }));
  };
  const admin = () => ({
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    fetchTopicOffsets,
  });
  return { asked, kafka: { admin } as unknown as Kafka };
};

describe('how far a topic goes', () => {
  it('is asked again while a leader is only being made, or moves', async () => {
    const { kafka, asked } = brokers('NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE');
    expect(await topicExtent(kafka, 'smartkey.billing')).toEqual(there);
    expect(asked.times).toBe(3);
  });

  it('is not asked again of a topic that is not there', async () => {
    const { kafka, asked } = brokers('UNKNOWN_TOPIC_OR_PARTITION');
    await expect(topicExtent(kafka, 'smartkey.billing')).rejects.toThrow('UNKNOWN_TOPIC_OR_PARTITION');
    expect(asked.times).toBe(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { derivedUuid } from '@smartkey/identity';
import type { RecordedEvent } from '@smartkey/kernel';
import { createHash } from 'node:crypto';
import { hashOf, verifyStream, ZERO_HASH } from '../index.ts';

function chain(length: number): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (let revision = 0; revision < length; revision += 1) {
    const event: RecordedEvent = {
      stream: 'contract-ctr_1',
      revision,
      position: BigInt(revision),
      id: derivedUuid(revision),
      type: 'PriceQuoted',
      version: 1,
      data: { amount: '300' },
      metadata: { commandId: 'cmd', actor: { role: 'operator', key: 'key_1' } },
      occurredAt: '2018-01-01T00:00:00.000Z',
      recordedAt: '2018-01-01T00:00:01.000Z',
      hash: '',
    };
    events.push({ ...event, hash: hashOf(event, events.at(-1)?.hash ?? ZERO_HASH) });
  }
  return events;
}

describe('the hash over a stream', () => {
  it('is SHA-256 over the 32 bytes before and the canonical form: anybody can take it again', () => {
    const [first, second] = chain(2);
    const canonical =
      `{"data":{"amount":"300"},"id":"${second!.id}",` +
      '"metadata":{"actor":{"key":"key_1","role":"operator"},"commandId":"cmd"},' +
      '"occurredAt":"2018-01-01T00:00:00.000Z","recordedAt":"2018-01-01T00:00:01.000Z",' +
      '"revision":1,"stream":"contract-ctr_1","type":"PriceQuoted","version":1}';
    const hash = createHash('sha256')
      .update(Buffer.from(first!.hash, 'hex'))
      .update(canonical, 'utf8')
      .digest('hex');
    expect(second!.hash).toBe(hash);
    expect(first!.hash).toBe(hashOf(first!, '00'.repeat(32)));
  });

  it('is sound as written, from the first event or from one known to be good', () => {
    const events = chain(5);
    expect(verifyStream([])).toBeUndefined();
    expect(verifyStream(events)).toBeUndefined();
    expect(verifyStream(events.slice(3), { revision: 2, hash: events[2]!.hash })).toBeUndefined();
  });

  it.each<[string, (events: RecordedEvent[]) => RecordedEvent[], number, 'missing' | 'altered']>([
    ['data', (e) => e.with(2, { ...e[2]!, data: { amount: '301' } }), 2, 'altered'],
    ['data that is no JSON any more', (e) => e.with(2, { ...e[2]!, data: { amount: 1n } }), 2, 'altered'],
    ['an event left out', (e) => e.toSpliced(2, 1), 2, 'missing'],
    ['the first events left out', (e) => e.slice(2), 0, 'missing'],
    ['events in another order', (e) => [e[0]!, e[2]!, e[1]!, e[3]!], 1, 'missing'],
    ['an event of another stream', (e) => e.with(3, { ...e[3]!, stream: 'contract-ctr_2' }), 3, 'altered'],
    ['a hash', (e) => e.with(1, { ...e[1]!, hash: e[0]!.hash }), 1, 'altered'],
    ['an event and its hash', (e) => e.with(1, rehashed({ ...e[1]!, version: 2 }, e[0]!)), 2, 'altered'],
  ])('shows where it was altered: %s', (_what, alter, revision, kind) => {
    expect(verifyStream(alter(chain(4)))).toMatchObject({ stream: 'contract-ctr_1', revision, kind });
  });
});

const rehashed = (event: RecordedEvent, before: RecordedEvent): RecordedEvent => ({
  ...event,
  hash: hashOf(event, before.hash),
});

import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '@smartkey/kernel';
import { publishedMessage, type Publish } from '@smartkey/event-bus';
import { encodeMessage } from './cloud-event.codec.ts';
import { sizeOfRecord } from './record-size.ts';
import { publishedBytes } from './published-bytes.ts';

const event: RecordedEvent = {
  id: '00000000-0000-8000-8000-000000000001',
  type: 'IdRegistered',
  version: 1,
  stream: 'account-試験',
  revision: 0,
  position: 0n,
  occurredAt: '2018-01-31T15:00:00.000Z',
  recordedAt: '2018-01-31T15:00:01.000Z',
  hash: '',
  metadata: { commandId: 'cmd_1', actor: { role: 'operator', key: 'key_1' }, traceparent: '00-1-2-01' },
  data: { note: '登録🗝', kept: 'for the service alone'.repeat(1_000) },
};
const publish: Publish = ({ type, version, data }) => ({
  type,
  version,
  contract: 'ctr_1',
  data: { note: (data as { readonly note: string }).note },
});

describe('the published size of an event', () => {
  it('is that of its record on the topic, wherever in the log it will stand', () => {
    const recorded = { ...event, hash: '5e'.repeat(32), revision: 2 ** 31 - 1, position: 10n ** 18n - 1n };
    const bytes = sizeOfRecord(
      encodeMessage(publishedMessage('contract', publish, recorded, 10n ** 18n - 2n)),
    );
    const told = publishedBytes('contract', publish)(event);
    expect(told).toBeGreaterThanOrEqual(bytes);
    expect(told).toBeLessThan(bytes + 64);
  });

  it('counts what is added for others, and not what the service keeps to itself', () => {
    const more: Publish = (each) => ({ ...publish(each), data: { text: 'é'.repeat(5_000) } });
    expect(publishedBytes('contract', publish)(event)).toBeLessThan(2_000);
    expect(publishedBytes('contract', more)(event)).toBeGreaterThan(10_000);
  });
});

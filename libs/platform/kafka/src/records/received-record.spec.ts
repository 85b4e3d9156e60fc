import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { encodeMessage } from './cloud-event.codec.ts';
import { ReceivedRecord } from './received-record.ts';

const require = createRequire(import.meta.url);
const inside = (path: string): unknown => require(`kafkajs/src/protocol/${path}`);
type Context = ConstructorParameters<typeof ReceivedRecord>[1];
interface Bytes {
  readonly buffer: Buffer;
}
const Decoder = inside('decoder.js') as new (buffer: Buffer) => Bytes;
const encoded = inside('recordBatch/record/v0/index.js') as (record: object) => Bytes;
const decodedByLibrary = inside('recordBatch/record/v0/decoder.js') as (
  bytes: Bytes,
  context: Context,
) => object;

const context: Context = {
  firstOffset: '9007199254740990',
  firstTimestamp: '1517410800000',
  maxTimestamp: '1517410899999',
  timestampType: 0,
  isControlBatch: false,
  magicByte: 2,
};
/** Of a record its own bytes alone, as a batch hands them to its decoder. */
function bytesOf(record: object): Buffer {
  const { buffer } = encoded({ attributes: 0, ...record });
  let start = 0;
  while (buffer[start]! >= 0x80) start += 1;
  return buffer.subarray(start + 1);
}
const shown = (record: object): object => {
  const { attributes, offset, timestamp, key, value, headers, isControlRecord, magicByte } =
    record as ReceivedRecord;
  return { attributes, offset, timestamp, key, value, headers, isControlRecord, magicByte };
};

describe('a record as its bytes', () => {
  const event = encodeMessage({
    id: 'e1',
    source: 'contract',
    type: 'Counted',
    version: 1,
    stream: 'contract-ctr_1',
    revision: 0,
    position: 1n,
    previous: 0n,
    occurredAt: '2018-01-01T00:00:00.000Z',
    recordedAt: '2018-01-01T00:00:00.000Z',
    data: { note: '登録'.repeat(100) },
  });

  it.each<[string, object, Partial<Context>]>([
    ['an event', { ...event, offsetDelta: 0, timestampDelta: 0 }, {}],
    ['one far into its batch', { ...event, offsetDelta: 70_000, timestampDelta: 86_400_000_000 }, {}],
    [
      'one with the time of its append',
      { ...event, offsetDelta: 3, timestampDelta: 5 },
      { timestampType: 1 },
    ],
    ['one older than the first', { ...event, offsetDelta: 1, timestampDelta: -4_000 }, {}],
    ['nothing at all', { key: null, value: null, headers: {}, offsetDelta: 1, timestampDelta: 0 }, {}],
    [
      'a header that comes twice, one that is empty, and one in Japanese',
      {
        key: 'k',
        value: '',
        headers: { a: ['1', '2'], b: '', 県: '東京' },
        offsetDelta: 2,
        timestampDelta: 1,
      },
      {},
    ],
    ['a control record', { ...event, offsetDelta: 2, timestampDelta: 1 }, { isControlBatch: true }],
  ])('says of %s what the library says', (_, record, changed) => {
    const bytes = bytesOf(record);
    const batch = { ...context, ...changed };
    expect(shown(new ReceivedRecord(bytes, batch))).toEqual(
      shown(decodedByLibrary(new Decoder(bytes), batch)),
    );
  });

  it('whose headers are cut short, or said to be many more, cannot be read', () => {
    const whole = bytesOf({ ...event, offsetDelta: 0, timestampDelta: 0 });
    const cut = new ReceivedRecord(whole.subarray(0, whole.length - 3), context);
    expect(() => cut.readHeaders()).toThrow('headers that are cut short');
    const many = Buffer.from([0, 0, 0, 1, 1, 0xfe, 0xff, 0xff, 0xff, 0x0f]);
    expect(() => new ReceivedRecord(many, context).readHeaders()).toThrow('headers that are cut short');
  });
});

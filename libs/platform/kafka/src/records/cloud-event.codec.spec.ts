import { ForeignSystemError } from './foreign-system-error.ts';
import { describe, expect, it } from '@jest/globals';
import { type Message, partitionOf, type Watermark } from '@smartkey/event-bus';
import {
  decodeRecord,
  type EncodedRecord,
  encodeMessage,
  encodeRestored,
  encodeWatermark,
} from './cloud-event.codec.ts';
import { UndecodableRecordError } from './undecodable-record-error.ts';

const message: Message = {
  id: '00000000-0000-8000-8000-000000000001',
  source: 'device-registry',
  type: 'IdRegistered',
  version: 2,
  stream: 'account-rid_1',
  revision: 3,
  position: 9_007_199_254_740_993n,
  previous: 7n,
  occurredAt: '2018-01-31T15:00:00.000Z',
  recordedAt: '2018-01-31T15:00:01.000Z',
  hash: '5e'.repeat(32),
  contract: 'ctr_1',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  data: { note: '登録', n: '1.50' },
};
const place = { source: 'device-registry', partition: partitionOf(message.stream, 6), of: 6 } as const;

/** As the client library hands it over: headers and value are bytes. */
const arrived = ({ value, headers }: EncodedRecord, changed: Record<string, string | undefined> = {}) => ({
  value: Buffer.from(value),
  headers: Object.fromEntries(
    Object.entries({ ...headers, ...changed })
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .map(([name, text]) => [name, Buffer.from(text)]),
  ),
});

describe('a message as a CloudEvent in binary mode', () => {
  it('comes back as it was, positions beyond 2^53 too', () => {
    expect(decodeRecord(arrived(encodeMessage(message)), place)).toEqual({ kind: 'message', message });
  });

  it('comes back without what it had not', () => {
    const { hash: _hash, contract: _contract, traceparent: _traceparent, ...bare } = message;
    expect(decodeRecord(arrived(encodeMessage(bare)), place)).toEqual({ kind: 'message', message: bare });
  });

  it('has its stream as the key, and the attributes that CloudEvents 1.0 wants', () => {
    const { key, headers } = encodeMessage(message);
    expect(key).toBe(message.stream);
    expect(headers).toMatchObject({
      ce_specversion: '1.0',
      ce_id: message.id,
      ce_source: '/smartkey/device-registry',
      ce_type: 'smartkey.device-registry.IdRegistered.v2',
      ce_time: message.occurredAt,
      'content-type': 'application/json',
    });
  });

  it('may have a header that this program does not know', () => {
    expect(decodeRecord(arrived(encodeMessage(message), { ce_region: 'jp' }), place).kind).toBe('message');
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['without a type', { ce_type: undefined }],
    ['of a type that is none of ours', { ce_type: 'com.example.thing' }],
    ['of another version of CloudEvents', { ce_specversion: '2.0' }],
    ['that is no JSON by its own word', { 'content-type': 'application/avro' }],
    ['without a position', { ce_position: undefined }],
    ['whose position is no number', { ce_position: '-1' }],
    ['whose position is too long for one', { ce_position: '9'.repeat(19) }],
    ['whose hash is none', { ce_hash: '5E'.repeat(32) }],
    ['whose time is no instant', { ce_time: '2018-02-01' }],
    ['of another source than the topic', { ce_type: 'smartkey.billing.MonthClosed.v1' }],
  ])('cannot be read %s', (_, changed) => {
    expect(() => decodeRecord(arrived(encodeMessage(message), changed), place)).toThrow(
      UndecodableRecordError,
    );
  });

  it('cannot be read where its value is no JSON, or missing', () => {
    const { headers } = arrived(encodeMessage(message));
    expect(() => decodeRecord({ headers, value: Buffer.from('{') }, place)).toThrow(UndecodableRecordError);
    expect(() => decodeRecord({ headers, value: null }, place)).toThrow(UndecodableRecordError);
  });

  it('is not taken from another partition than its stream belongs to: its chain is not there', () => {
    const elsewhere = { ...place, partition: (place.partition + 1) % place.of };
    expect(() => decodeRecord(arrived(encodeMessage(message)), elsewhere)).toThrow(/another partition/);
  });
});

describe('whose record it is', () => {
  const watermark: Watermark = { instant: '2018-02-01T00:00:00.000Z', position: 41n };
  const restored = {
    number: 2,
    id: '11111111-1111-4111-8111-111111111111',
    keptPosition: 40n,
    oldHead: undefined,
  } as unknown as Parameters<typeof encodeRestored>[3];
  const ours = { ...place, system: Buffer.from('0123456789ab') };
  const published = (system?: string) => [
    encodeMessage(message, system),
    encodeWatermark('device-registry', 0, watermark, system),
    encodeRestored('device-registry', 0, 41n, restored, system),
  ];

  it('is told by its header, and another system’s is refused', () => {
    for (const record of published('0123456789ab')) {
      expect(record.headers['ce_system']).toBe('0123456789ab');
      expect(decodeRecord(arrived(record), ours)).toEqual(decodeRecord(arrived(record), place));
    }
    for (const record of published('ba9876543210'))
      expect(() => decodeRecord(arrived(record), ours)).toThrow(
        new ForeignSystemError(
          "the topic of device-registry is another system's: a record there is of ba9876543210, and this is 0123456789ab",
        ),
      );
  });

  it('is not told by a version before, and not looked at by who does not know his own', () => {
    for (const record of published()) expect(() => decodeRecord(arrived(record), ours)).not.toThrow();
    for (const record of published('ba9876543210'))
      expect(() => decodeRecord(arrived(record), place)).not.toThrow();
  });
});

describe('the furthest place of a log', () => {
  it('is read from a record, and no number beyond it', () => {
    const furthest = String(2n ** 63n - 1n);
    const decoded = decodeRecord(arrived(encodeMessage(message), { ce_position: furthest }), place);
    expect(decoded).toMatchObject({ message: { position: 2n ** 63n - 1n } });
    expect(() =>
      decodeRecord(arrived(encodeMessage(message), { ce_position: String(2n ** 63n) }), place),
    ).toThrow(UndecodableRecordError);
  });
});

describe('a watermark on a partition', () => {
  const watermark: Watermark = { instant: '2018-02-01T00:00:00.000Z', position: 41n };

  it('comes back as it was, on whichever partition', () => {
    for (const partition of [0, 5])
      expect(
        decodeRecord(arrived(encodeWatermark('device-registry', partition, watermark)), {
          ...place,
          partition,
        }),
      ).toEqual({
        kind: 'watermark',
        source: 'device-registry',
        watermark: { ...watermark, incarnation: 1 },
      });
  });

  it('says in which incarnation of its log it was made', () => {
    const later = { ...watermark, incarnation: 3 };
    expect(decodeRecord(arrived(encodeWatermark('device-registry', 0, later)), place)).toEqual({
      kind: 'watermark',
      source: 'device-registry',
      watermark: later,
    });
  });

  it('cannot be read where its instant is none', () => {
    const record = arrived(encodeWatermark('device-registry', 0, watermark), { ce_time: 'soon' });
    expect(() => decodeRecord(record, place)).toThrow(UndecodableRecordError);
  });
});

describe('that a log goes on after a loss', () => {
  const restored = encodeRestored('billing', 2, 41n, {
    number: 3,
    id: '11111111-1111-4111-8111-111111111111',
    keptPosition: 40n,
    begunAt: '2018-01-31T15:00:00.000Z',
    actors: [`key_${'0'.repeat(26)}`, null],
    oldHead: {
      position: 9_007_199_254_740_993n,
      id: '22222222-2222-4222-8222-222222222222',
      hash: '5e'.repeat(32),
      stream: 'series-SK',
      revision: 7,
      incarnation: 2,
    },
  });

  it('is said of the log and its ends, without any reason', () => {
    expect(JSON.parse(restored.value)).toEqual({
      incarnation: 3,
      incarnationId: '11111111-1111-4111-8111-111111111111',
      keptPosition: '40',
      oldHead: {
        position: '9007199254740993',
        id: '22222222-2222-4222-8222-222222222222',
        hash: '5e'.repeat(32),
      },
      by: { proposed: `key_${'0'.repeat(26)}`, confirmed: null },
    });
    expect(restored.headers).toMatchObject({
      ce_type: 'smartkey.billing.LogRestored.v1',
      ce_time: '2018-01-31T15:00:00.000Z',
      ce_incarnation: '3',
      ce_position: '41',
      ce_subject: restored.key,
    });
  });

  it('is no event of any stream, on whichever partition it lies', () => {
    for (const partition of [0, 5])
      expect(decodeRecord(arrived(restored), { source: 'billing', partition, of: 6 })).toEqual({
        kind: 'restored',
        source: 'billing',
        incarnation: 3,
      });
  });

  it('cannot be read where it does not say in which incarnation', () => {
    expect(() =>
      decodeRecord(arrived(restored, { ce_incarnation: undefined }), {
        source: 'billing',
        partition: 2,
        of: 6,
      }),
    ).toThrow(UndecodableRecordError);
  });
});

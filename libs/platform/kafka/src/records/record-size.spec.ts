import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { BATCH_OVERHEAD_BYTES, cutByBytes, sizeOfRecord } from './record-size.ts';

interface Encoded {
  readonly buffer: Buffer;
}
/** The library's own encoders: what is sent. They have no types. */
const load = createRequire(import.meta.url);
const Encoder = load('kafkajs/src/protocol/encoder') as new () => { writeEncoder(encoded: Encoded): Encoded };
const { RecordBatch } = load('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch(batch: { readonly records: readonly Encoded[] }): Promise<Encoded>;
};
const record = load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoded;

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const records = fc.array(
  fc.record({
    key: text,
    value: fc.oneof(
      text,
      fc.nat(20_000).map((length) => 'v'.repeat(length)),
    ),
    headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), text, { maxKeys: 15 }),
  }),
  { minLength: 1, maxLength: 20 },
);

describe('the size of a record in a batch', () => {
  it('is never less than what is sent, and at most 10 bytes more for each', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (some) => {
        const told = some.reduce((sum, each) => sum + sizeOfRecord(each), BATCH_OVERHEAD_BYTES);
        const batch = await RecordBatch({
          records: some.map(({ key, value, headers }, offsetDelta) =>
            record({ offsetDelta, key: Buffer.from(key), value: Buffer.from(value), headers }),
          ),
        });
        const sent = new Encoder().writeEncoder(batch).buffer.length;
        expect(told).toBeGreaterThanOrEqual(sent);
        expect(told).toBeLessThanOrEqual(sent + 10 * some.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('cutting by bytes', () => {
  it('keeps the order and all of it; no batch is over the limit but one record that is so by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 200 }) })), (some) => {
        const batches = [...cutByBytes(some, 161)];
        expect(batches.flat()).toEqual(some);
        for (const batch of batches)
          if (batch.length > 1)
            expect(batch.reduce((sum, { bytes }) => sum + bytes, BATCH_OVERHEAD_BYTES)).toBeLessThanOrEqual(
              161,
            );
      }),
    );
  });
});

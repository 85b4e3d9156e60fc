import { describe, expect, it } from '@jest/globals';
import { systemActor, type NewEvent } from '@smartkey/kernel';
import fc from 'fast-check';
import { canonicalEvent } from '../hash-chain/event-hash.ts';
import { storedBytes } from './append-size.ts';

const eventOf = (data: object, commandId: string): NewEvent => ({
  id: '6f1b0a3e-3f6e-5b0e-9d55-2f6c3c0f5a11',
  type: 'Happened',
  version: 1,
  data,
  metadata: { commandId, actor: systemActor('test') },
  occurredAt: '2018-01-01T00:00:00.000Z',
});

/** Events hold safe integers alone. */
const ofWholeNumbers = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'number' ? Math.round(part % Number.MAX_SAFE_INTEGER) : part,
  );

describe('the size of an event', () => {
  it('is that of its canonical form, which is not made for it', () => {
    const json = fc.dictionary(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }).map(ofWholeNumbers),
    );
    fc.assert(
      fc.property(json, fc.string({ unit: 'grapheme' }), (data, commandId) => {
        const event = eventOf({ ...data, missing: undefined }, commandId);
        const { beforeRevision, afterRevision } = canonicalEvent(
          'stream-会社',
          event,
          '2018-01-01T00:00:00.000Z',
        );
        const canonical = Buffer.byteLength(beforeRevision) + Buffer.byteLength(afterRevision);
        expect(storedBytes('stream-会社', event)).toBe(canonical + 256);
      }),
    );
  });
});

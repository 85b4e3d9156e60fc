import { describe, expect, it } from '@jest/globals';
import { epochMillisOf, instantOf, isId } from '@smartkey/kernel';
import fc from 'fast-check';
import { derivedUuid, eventIdOf, millisOfId, newId } from './ids.ts';

const someInstant = fc.integer({ min: 0, max: 253_402_300_799_999 }).map(instantOf);

describe('a new id', () => {
  it('carries its prefix and 26 characters without look-alikes', () => {
    const id = newId('ctr', '2018-01-01T00:00:00.000Z');
    expect(id).toMatch(/^ctr_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(isId('ctr', id)).toBe(true);
  });

  it('sorts after every id made at an earlier millisecond', () => {
    fc.assert(
      fc.property(someInstant, someInstant, (a, b) => {
        fc.pre(a !== b);
        expect(newId('rid', a) < newId('rid', b)).toBe(a < b);
      }),
    );
  });

  it('is another each time, also within one millisecond', () => {
    const ids = Array.from({ length: 10_000 }, () => newId('aut', '2018-01-01T00:00:00.000Z'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('derives from its seed where there is one: the same command makes the same id', () => {
    const at = '2018-01-01T00:00:00.000Z';
    expect(newId('ctr', at, 'command-1')).toBe(newId('ctr', at, 'command-1'));
    expect(newId('ctr', at, 'command-2')).not.toBe(newId('ctr', at, 'command-1'));
    expect(newId('rid', at, 'command-1').slice(4)).not.toBe(newId('ctr', at, 'command-1').slice(4));
    expect(newId('ctr', '2018-01-01T00:00:00.001Z', 'command-1')).not.toBe(newId('ctr', at, 'command-1'));
  });
});

describe('the time in an id', () => {
  it('is when it was made, to the millisecond', () => {
    fc.assert(
      fc.property(someInstant, (at) => {
        expect(millisOfId('rid', newId('rid', at))).toBe(epochMillisOf(at));
      }),
    );
    expect(millisOfId('rid', newId('dev', '2018-01-01T00:00:00.000Z'))).toBeUndefined();
    expect(millisOfId('rid', 'rid_')).toBeUndefined();
  });
});

describe('a derived UUID', () => {
  it('is the same for ever: ids of past events must come out again', () => {
    expect(derivedUuid('event', 'cmd_1', 0)).toBe('00d940e5-bfd4-8314-93c0-52a5ab99c218');
    expect(eventIdOf('cmd_1', 0)).toBe('00d940e5-bfd4-8314-93c0-52a5ab99c218');
    expect(eventIdOf('cmd_1', 1)).toBe('5cc8413a-37b4-82aa-81df-1e984274bbc3');
    expect(derivedUuid('課金開始日')).toBe('342f3749-342d-8831-b8ae-f2b7787c4f02');
  });

  it('is a UUID of version 8 (RFC 9562)', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (parts) => {
        expect(derivedUuid(...parts)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('tells apart what a mere concatenation would not', () => {
    const uuids = [
      derivedUuid('a', 'b'),
      derivedUuid('ab'),
      derivedUuid('a', '', 'b'),
      derivedUuid('a,b'),
      derivedUuid('a","b'),
      derivedUuid('1'),
      derivedUuid(1),
    ];
    expect(new Set(uuids).size).toBe(uuids.length);
  });
});

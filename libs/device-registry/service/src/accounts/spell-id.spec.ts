import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spellIdOf, spellOf } from './spell-id.ts';

describe('a spell has an id that follows from its account and number', () => {
  it('is opaque, always the same, and later ones sort later', () => {
    expect(spellIdOf('rid_1', 1)).toMatch(/^spl_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(spellIdOf('rid_1', 1)).toBe(spellIdOf('rid_1', 1));
    const ids = Array.from({ length: 40 }, (_, spell) => spellIdOf('rid_1', spell + 1));
    expect([...ids].sort()).toEqual(ids);
    expect(spellIdOf('rid_2', 1)).not.toBe(spellIdOf('rid_1', 1));
  });

  it('tells the number back for its own account, and for no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (spell) => {
        expect(spellOf('rid_1', spellIdOf('rid_1', spell))).toBe(spell);
        expect(spellOf('rid_2', spellIdOf('rid_1', spell))).toBeUndefined();
      }),
    );
  });

  it.each(['', 'spl_', 'spl_zzzzzzzzzzzzzzzzzzzzzzzzzz', 'rid_00000000000000000000000000', '1'])(
    'names no spell by %j',
    (text) => {
      expect(spellOf('rid_1', text)).toBeUndefined();
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import { Patience } from './patience.ts';

describe('patience', () => {
  it('lasts as long as something changes, however slowly', () => {
    const patience = new Patience(1_000);
    const looks = [0, 900, 1_800, 2_700].map((now, seen) => patience.isOver(seen, now));
    expect(looks).toEqual([false, false, false, false]);
  });

  it('is over once nothing has changed for so long', () => {
    const patience = new Patience(1_000);
    expect([0, 1_000, 1_001].map((now) => patience.isOver('stuck', now))).toEqual([false, false, true]);
  });
});

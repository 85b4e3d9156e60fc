import { describe, expect, it } from '@jest/globals';
import { keyIdOf } from './sealed-text.ts';
import { SealBrokenError } from './secrets.port.ts';
import { DerivedSharedSeal, isShared } from './shared-seal.ts';

const lookupKey = new Uint8Array(32).fill(7);

describe('a text that services share', () => {
  it('opens in every process with the same lookup key, for its subject only', () => {
    const sealed = new DerivedSharedSeal(lookupKey).seal('ctr_1', '東京都千代田区富士見2-10-2');
    expect(sealed).not.toContain('富士見');
    expect(keyIdOf(sealed)).toBe('x');
    expect(isShared(sealed)).toBe(true);
    const other = new DerivedSharedSeal(Uint8Array.from(lookupKey));
    expect(other.open('ctr_1', sealed)).toBe('東京都千代田区富士見2-10-2');
    expect(() => other.open('ctr_2', sealed)).toThrow(SealBrokenError);
    expect(() => new DerivedSharedSeal(new Uint8Array(32)).open('ctr_1', sealed)).toThrow(SealBrokenError);
  });

  it('opens as it was sealed by every version: events hold it for ever', () => {
    const sealed = 'v1.x.Q_EHF2Yd0sVPiMEt.Gz-Q8vzarSEVOTc.WsPXSNQe8VD17yCg0plZTQ';
    expect(new DerivedSharedSeal(lookupKey).open('ctr_golden', sealed)).toBe('"総務部"');
  });
});

import { describe, expect, it } from '@jest/globals';
import { awaitConsistency, encodeConsistencyToken, parseConsistencyTokens } from './consistency-token.ts';

const mark = (position: bigint) => ({ source: 'contract' as const, position });

describe('a Consistency-Token', () => {
  it('is opaque and comes back as it was', () => {
    const token = encodeConsistencyToken(mark(2n ** 60n - 1n));
    expect(token).toMatch(/^[\w-]+$/);
    expect(parseConsistencyTokens(token)).toEqual([mark(2n ** 60n - 1n)]);
  });
  it('several may be sent, up to eight', () => {
    const tokens = Array.from({ length: 8 }, (_, n) => encodeConsistencyToken(mark(BigInt(n))));
    expect(parseConsistencyTokens(tokens.join(', '))).toHaveLength(8);
    expect(() => parseConsistencyTokens([...tokens, tokens[0]].join(','))).toThrow('400');
  });
  it('none asks for nothing', () => {
    expect(parseConsistencyTokens(undefined)).toEqual([]);
    expect(parseConsistencyTokens(' ')).toEqual([]);
  });
  it.each([
    'x',
    Buffer.from('1.nobody.5').toString('base64url'),
    Buffer.from('1.contract.-5').toString('base64url'),
  ])('%s was never answered: 400', (token) =>
    expect(() => parseConsistencyTokens(token)).toThrow('400 malformed-consistency-token'),
  );
  it('a read waits for each, and says 503 for the first that is not reached', async () => {
    const asked: bigint[] = [];
    const reader = {
      reached: async (_source: string, position: bigint) => {
        asked.push(position);
        return position < 3n;
      },
    };
    await awaitConsistency(reader, [mark(1n), mark(2n)]);
    await expect(awaitConsistency(reader, [mark(3n), mark(4n)])).rejects.toThrow('503');
    expect(asked).toEqual([1n, 2n, 3n]);
  });
});

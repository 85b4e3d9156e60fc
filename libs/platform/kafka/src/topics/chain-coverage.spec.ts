import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChainCoverage } from './chain-coverage.ts';

/** Events of one partition: each with the position before it. */
const chain = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: 200n }), { minLength: 1, maxLength: 30 })
  .map((positions) => positions.sort((a, b) => Number(a - b)))
  .map((positions) =>
    positions.map((position, index) => ({ previous: positions[index - 1] ?? 0n, position })),
  );

describe('the coverage of a chain', () => {
  it('lacks exactly what did not come, whatever the order and however often the others came', () => {
    fc.assert(
      fc.property(
        chain.chain((events) =>
          fc.record({
            events: fc.constant(events),
            come: fc.array(fc.constantFrom(...events), { maxLength: 60 }),
          }),
        ),
        ({ events, come }) => {
          const coverage = new ChainCoverage(0n);
          for (const { previous, position } of come) coverage.add(previous, position);
          const holes = coverage.lacking(events.at(-1)!.position);
          const missing = events.filter(({ position }) =>
            holes.some(({ after, upTo }) => after < position && position <= upTo),
          );
          expect(missing).toEqual(events.filter((event) => !come.includes(event)));
        },
      ),
    );
  });

  it('does not ask for what lies before its beginning', () => {
    const coverage = new ChainCoverage(5n);
    coverage.add(5n, 8n);
    coverage.add(2n, 5n);
    expect(coverage.lacking(8n)).toEqual([]);
  });
});

import { runAmongServers } from '@smartkey/servers';
import { parseArgs } from 'node:util';
import { Checkout } from './checkout.ts';
import { comparedLine, figuresOf, type NamedRate } from './figures.ts';
import { LEAST_RUNS, verdictOf } from './noise.ts';

/*
 * `npm run bench:compare -- REF_A REF_B [part…] [--runs=5] [--full]`: builds two commits in worktrees of their own and runs their benches by turns, A B B A, so
 * that a machine that grows slower meets both alike. Ends with code 1 where B is worse than A by more than noise. Sizes are small unless `--full`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' }, full: { type: 'boolean', default: false } },
});
const [refA, refB, ...parts] = positionals;
const runs = Number(values.runs);
if (refA === undefined || refB === undefined || !Number.isInteger(runs) || runs < LEAST_RUNS) {
  process.stderr.write(
    `bench:compare REF_A REF_B [part…] [--runs=5] [--full]; fewer than ${LEAST_RUNS} runs tell nothing\n`,
  );
  process.exit(1);
}
const print = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  const both = [await Checkout.of(refA), await Checkout.of(refB)] as const;
  try {
    const rates = both.map(() => new Map<string, { readonly unit: string; readonly values: number[] }>());
    for (let run = 0; run < runs; run += 1)
      for (const which of run % 2 === 0 ? [0, 1] : [1, 0]) {
        const words = [...(parts.length === 0 ? ['append', 'ledger', 'import'] : parts)];
        for (const figure of figuresOf(await both[which]!.bench(words, values.full)))
          kept(rates[which]!, figure);
        print(`run ${run + 1} of ${runs}: ${both[which]!.name} is done`);
      }
    let worse = false;
    for (const [name, { unit, values: a }] of rates[0]!) {
      const b = rates[1]!.get(name)?.values;
      if (b === undefined) continue;
      const verdict = verdictOf(a, b);
      worse ||= verdict === 'worse';
      print(comparedLine({ name, unit, a, b, verdict }));
    }
    return worse ? 1 : 0;
  } finally {
    for (const checkout of both) await checkout.remove();
  }
});

function kept(
  rates: Map<string, { readonly unit: string; readonly values: number[] }>,
  { name, unit, rate }: NamedRate,
): void {
  const known = rates.get(name) ?? { unit, values: [] };
  known.values.push(rate);
  rates.set(name, known);
}

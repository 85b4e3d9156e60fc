import { runToItsEnd } from '@smartkey/runtime';
import { arch, cpus, totalmem } from 'node:os';
import { appendBench } from './append.bench.ts';
import { documentsBench } from './documents.bench.ts';
import { filesBench } from './files.bench.ts';
import { kafkaBench } from './kafka.bench.ts';
import { ledgerBench } from './ledger.bench.ts';
import { latencyBench } from './latency.bench.ts';
import { type Figure, type Latency, reportOf } from './measure.ts';
import { systemBench } from './system.bench.ts';

/*
 * `npm run bench [-- part…] [--small]`: every hot path beside its limit, both measured in this run. Parts: append, documents,
 * files, ledger, system, kafka (needs Java and Maven). `--small` runs a tenth of everything. BENCH_DATABASE_URL puts all but kafka on an empty
 * PostgreSQL server; kafka starts one of its own.
 */
const small = process.argv.includes('--small');
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const size = (full: number): number => (small ? Math.ceil(full / 10) : full);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const parts: Readonly<Record<string, () => Promise<readonly (Figure | Latency)[]>>> = {
  append: appendBench,
  documents: () => documentsBench({ documents: size(300), accounts: size(5_000) }),
  files: () => filesBench({ documents: size(10_000), accounts: size(1_000_000) }),
  ledger: () =>
    ledgerBench({ contracts: size(10_000), accounts: size(1_000_000), successes: size(1_000_000) }),
  kafka: async () => [
    ...(await kafkaBench({ contracts: size(10_000), accounts: size(1_000_000), successes: size(1_000_000) })),
    ...(await latencyBench({ people: size(100), rounds: 5 })),
  ],
  system: () => systemBench({ imported: size(100_000), people: size(1_000), rounds: 3 }),
};
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(`no such bench: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`);
  process.exit(1);
}

print(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? arch()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.env['BENCH_DATABASE_URL'] === undefined ? 'PGlite' : 'PostgreSQL'}`,
);
await runToItsEnd(async () => {
  for (const [name, run] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const figure of await run()) print(reportOf(figure));
  }
});

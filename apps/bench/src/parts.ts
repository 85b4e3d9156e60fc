import { appendBench } from './append.bench.ts';
import { attemptsBench } from './attempts.bench.ts';
import { documentsBench } from './documents.bench.ts';
import { filesBench } from './files.bench.ts';
import { importBench } from './import.bench.ts';
import { importEventStoreDbBench } from './import-eventstoredb.bench.ts';
import { kafkaBench } from './kafka.bench.ts';
import { ledgerBench } from './ledger.bench.ts';
import { latencyBench } from './latency.bench.ts';
import type { Measured } from './measure.ts';
import { openLoopBench } from './open-loop.bench.ts';
import { portalBench } from './portal.bench.ts';
import { proofsBench } from './proofs.bench.ts';
import { restBench } from './rest.bench.ts';
import { systemBench } from './system.bench.ts';

/** All benches by the name of their part. @param size how large a full number is in this run. */
export const partsOf = (
  size: (full: number) => number,
): Readonly<Record<string, () => Promise<readonly Measured[]>>> => ({
  append: () => appendBench({ single: size(6_000), many: size(40_000) }),
  /** BENCH_ATTEMPTS_MILLIONS=100 makes them those of a large installation, on a server. */
  attempts: () =>
    attemptsBench({
      attempts: size(Number(process.env['BENCH_ATTEMPTS_MILLIONS'] ?? 1) * 1_000_000),
      contracts: 1_000,
    }),
  documents: () => documentsBench({ documents: size(300), accounts: size(5_000) }),
  files: () => filesBench({ documents: size(10_000), accounts: size(1_000_000) }),
  ledger: () =>
    ledgerBench({ contracts: size(10_000), accounts: size(1_000_000), successes: size(1_000_000) }),
  kafka: async () => [
    ...(await kafkaBench({ contracts: size(10_000), accounts: size(1_000_000), successes: size(1_000_000) })),
    ...(await latencyBench({ people: size(100), rounds: 5 })),
  ],
  import: () => importBench(size(100_000)),
  /** BENCH_EVENTSTORE_URL names a real server. */
  eventstoredb: () => importEventStoreDbBench(size(20_000)),
  latency: () => openLoopBench({ people: size(1_000), rounds: 3 }),
  portal: () => portalBench({ ids: size(100_000), invoices: 36, rounds: size(20) }),
  /** BENCH_PROOFS_MILLIONS=10 makes the log that of a large installation, on a server. */
  proofs: () => proofsBench({ events: size(Number(process.env['BENCH_PROOFS_MILLIONS'] ?? 1) * 1_000_000) }),
  rest: () => restBench(size(60)),
  system: () => systemBench({ people: size(1_000), rounds: 3 }),
});

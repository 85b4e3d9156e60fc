import { whileOpen } from '@smartkey/lifecycle';
import { ClusterSystem, Steps } from '@smartkey/testing/end-to-end';
import { type Latency, quantilesOf } from './measure.ts';
import { enrolled } from './signing-in.ts';

/**
 * How long after the answer to an authentication the ledger shows it, on the distributed whole: a read of the usage that waits for
 * just that success (Consistency-Token), beside the same read when there is nothing to wait for.
 */
export function latencyBench(scale: {
  readonly people: number;
  readonly rounds: number;
}): Promise<Latency[]> {
  return whileOpen(async (closers) => {
    const cluster = await ClusterSystem.start({ SMARTKEY_LOG_LEVEL: 'error' });
    closers.add('the cluster', () => cluster.dispose());
    const steps = new Steps(cluster.operator);
    const { contract, phones } = await enrolled(steps, scale.people);
    const started = Date.parse(await steps.now());
    const waits: number[] = [];
    const reads: number[] = [];
    let successes = 0;
    const read = async (): Promise<number> => {
      const before = performance.now();
      const { authentications } = await steps.operator.get<{ authentications: { count: number } }>(
        `/contracts/${contract}/usage/2018-01`,
      );
      const took = performance.now() - before;
      if (authentications.count !== successes)
        throw new Error(`the ledger counts ${authentications.count} of ${successes}`);
      return took;
    };
    for (let round = 1; round <= scale.rounds; round += 1) {
      const now = new Date(started + round * 60_000).toISOString();
      await steps.setClock(now);
      for (const [externalId, phone] of phones) {
        const { result } = await steps.authenticate(contract, externalId, phone.codeAt(now));
        if (result !== 'success') throw new Error(`an authentication was answered ${result}`);
        successes += 1;
        waits.push(await read());
        reads.push(await read());
      }
    }
    return [
      quantilesOf(
        'from the answer to the ledger, read included',
        waits,
        reads,
        'the same read, nothing to wait for',
      ),
    ];
  }, 60_000);
}

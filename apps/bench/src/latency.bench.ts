import { ClusterSystem, perUnitQuote, Steps } from '@smartkey/testing/end-to-end';
import { quantile, type Latency } from './measure.ts';

/**
 * How long after the answer to an authentication the ledger shows it, on the distributed whole: a read of the usage that waits for
 * just that success (Consistency-Token), beside the same read when there is nothing to wait for.
 */
export async function latencyBench(scale: {
  readonly people: number;
  readonly rounds: number;
}): Promise<Latency[]> {
  const cluster = await ClusterSystem.start({ SMARTKEY_LOG_LEVEL: 'error' });
  try {
    const steps = new Steps(cluster.operator);
    const contract = await steps.accepted('service-provider', '2018-01-01', perUnitQuote('2018-01'));
    const people = [];
    for (let n = 0; n < scale.people; n += 1) {
      const externalId = `person-${n}`;
      people.push({
        externalId,
        phone: await steps.enrol(contract, await steps.register(contract, externalId)),
      });
    }
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
      for (const { externalId, phone } of people) {
        const { result } = await steps.authenticate(contract, externalId, phone.codeAt(now));
        if (result !== 'success') throw new Error(`an authentication was answered ${result}`);
        successes += 1;
        waits.push(await read());
        reads.push(await read());
      }
    }
    return [
      {
        name: 'from the answer to the ledger, read included',
        p50: quantile(waits, 0.5),
        p99: quantile(waits, 0.99),
        floor: quantile(reads, 0.5),
        floorIs: 'the same read, nothing to wait for',
        samples: waits.length,
      },
    ];
  } finally {
    await cluster.dispose();
  }
}

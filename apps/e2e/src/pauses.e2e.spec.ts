import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@smartkey/event-bus';
import { isAlive } from '@smartkey/servers';
import {
  ClusterSystem,
  enterpriseQuote,
  Steps,
  watermarkOf,
  whyNoCluster,
} from '@smartkey/testing/end-to-end';
import { ISSUER } from './stories/stage.fixture.ts';

const missing = whyNoCluster();
if (missing !== undefined) process.stderr.write(`left out, pauses of the cluster's parts: ${missing}\n`);
/** By then locks have passed on, groups have been joined anew, and the door has let the callers of who is silent go. */
const TAKEN_OVER_MILLIS = 16_000;
const describeCluster = missing === undefined ? describe : describe.skip;

const instancesOf = (number: 1 | 2): string[] => SERVICES.map((service) => `${service} ${number}`);

describeCluster('processes that are paused or left behind, on the system’s clock', () => {
  let cluster: ClusterSystem;
  let steps: Steps;
  beforeAll(async () => {
    cluster = await ClusterSystem.start({
      ...ISSUER,
      SMARTKEY_CLOCK: 'system',
      SMARTKEY_CLOCK_START: '',
      SMARTKEY_WATERMARK_MILLIS: '200',
    });
    steps = new Steps(cluster.operator);
  }, 600_000);
  afterAll(() => cluster?.dispose());

  const month = (instant: number): string => new Date(instant + 9 * 3_600_000).toISOString().slice(0, 7);

  // One of the two is the leader of the relay, one that of completeness: both rounds together pause each.
  it.each([
    [1, 2],
    [2, 1],
  ] as const)(
    'while instance %i of every service is stopped, instance %i answers, publishes, promises, and closes months',
    async (stopped, running) => {
      const pausedAt = Date.now();
      const pids = instancesOf(stopped).map((name) => cluster.pause(name));
      try {
        // Billing's watermark follows from all others', each of them published by a relay and taken in by readers.
        const promised = await steps.until(
          () => watermarkOf(cluster.urlOf(`billing ${running}`)),
          (watermark) => watermark !== undefined && watermark > pausedAt + TAKEN_OVER_MILLIS,
        );
        expect(promised).toBeGreaterThan(pausedAt);

        const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
        const contract = await steps.accepted('enterprise', today, enterpriseQuote(month(Date.now())));
        await steps.register(contract, `paused-${stopped}`);
        const usage = await steps.operator.get<{ accounts: { count: number } }>(
          `/contracts/${contract}/usage/${month(Date.now())}`,
        );
        expect(usage.accounts.count).toBe(1);

        const last = new Date();
        last.setUTCDate(0);
        expect(await steps.close(last.toISOString().slice(0, 7))).toMatchObject({
          state: 'completed',
          contracts: { parked: 0 },
        });
      } catch (error) {
        throw new Error(`instance ${running} did not do it:\n${cluster.errors.slice(-8_000)}`, {
          cause: error,
        });
      } finally {
        instancesOf(stopped).forEach((name) => cluster.unpause(name));
      }
      // They go on as the processes that they were.
      const wokenAt = Date.now();
      await steps.until(
        () => watermarkOf(cluster.urlOf(`billing ${stopped}`)),
        (watermark) => watermark !== undefined && watermark > wokenAt,
      );
      expect(instancesOf(stopped).map((name) => cluster.pid(name))).toEqual(pids);
    },
    900_000,
  );

  it('a cluster that was killed starts again on its data, and ends the processes that it had left', async () => {
    const { items: before } = await cluster.operator.get<{ items: { id: string }[] }>('/contracts');
    const orphans = cluster.partNames.map((name) => cluster.pid(name));
    await cluster.kill();
    await cluster.resume();
    expect(orphans.filter(isAlive)).toEqual([]);
    const { items: after } = await cluster.operator.get<{ items: { id: string }[] }>('/contracts');
    expect(after).toEqual(before);
    expect(before).toHaveLength(2);
  }, 900_000);
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answeredBy, ClusterSystem, perUnitQuote, Steps, whyNoCluster } from '@smartkey/testing/end-to-end';
import { databaseUrlOf } from './chaos/books.ts';
import { readWithKcat, whyNoKcat } from './foreign-client/kcat.fixture.ts';
import { approvalsAtOnce } from './stories/approvals-at-once.fixture.ts';
import { auditsBeside } from './stories/audits-beside.fixture.ts';
import { authentications } from './stories/authentications.fixture.ts';
import { clockOfAllInstances } from './stories/clock-of-all-instances.fixture.ts';
import { erasedEverywhere } from './stories/erased-everywhere.fixture.ts';
import { january2024 } from './stories/january-2024.fixture.ts';
import { type Begin, ISSUER } from './stories/stage.fixture.ts';
import { tenancy } from './stories/tenancy.fixture.ts';
import { twoPlansAndAnEnd } from './stories/two-plans-and-an-end.fixture.ts';

const missing = whyNoCluster();
if (missing !== undefined) process.stderr.write(`left out, the distributed whole: ${missing}\n`);

(missing === undefined ? describe : describe.skip)('the distributed whole, by its public surface', () => {
  let cluster: ClusterSystem;
  beforeAll(async () => {
    cluster = await ClusterSystem.start({ ...ISSUER, SMARTKEY_CLOCK_START: '2017-12-01T00:00:00Z' });
  }, 600_000);
  afterAll(() => cluster?.dispose());

  /** All stories are played on the one cluster, in the order of their times; who had a part in one leaves after it. */
  const onTheCluster: Begin = async (instant) => {
    const { operator } = cluster;
    const steps = new Steps(operator);
    await steps.setClock(instant);
    return {
      steps,
      operator,
      clear: async () => {
        for (const contract of steps.contracts) {
          const { status } = await operator.call('POST', `/contracts/${contract}/cancellation`, {});
          // 409: it is ending already.
          expect([200, 201, 409]).toContain(status);
        }
      },
    };
  };

  describe('two instances of a service are one', () => {
    let steps: Steps;
    let contract: string;
    beforeAll(async () => {
      const stage = await onTheCluster('2017-12-02T00:00:00Z');
      ({ steps } = stage);
      contract = await steps.accepted('service-provider', '2017-12-02', perUnitQuote('2017-12'));
    });
    const answered = (service: string, method: string, route: string): Promise<number[]> =>
      Promise.all([1, 2].map((n) => answeredBy(cluster.urlOf(`${service} ${n}`), method, route)));
    /** What each of the two instances has answered while that went on. */
    const sharesOf = async (
      work: () => Promise<void>,
      service: string,
      method: string,
      route: string,
    ): Promise<number[]> => {
      const before = await answered(service, method, route);
      await work();
      return (await answered(service, method, route)).map((count, index) => count - before[index]!);
    };

    it('one code a hundred times at once, spread over both, is one success', async () => {
      const phone = await steps.enrol(contract, await steps.register(contract, 'spread'));
      await steps.setClock('2017-12-02T01:00:00Z');
      const code = phone.codeAt('2017-12-02T01:00:00Z');
      const reasons: (string | undefined)[] = [];
      const shares = await sharesOf(
        async () => {
          const answers = await Promise.all(
            Array.from({ length: 100 }, () => steps.authenticate(contract, 'spread', code)),
          );
          reasons.push(...answers.map((answer) => answer.reason));
        },
        'authentication',
        'POST',
        'authentications',
      );
      expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
      expect(reasons.filter((reason) => reason === 'code_already_used')).toHaveLength(99);
      for (const share of shares) expect(share).toBeGreaterThan(0);
    });

    it('a suspension that is answered holds on both, at once', async () => {
      const id = await steps.register(contract, 'stopped');
      const phone = await steps.enrol(contract, id);
      await steps.setClock('2017-12-02T02:00:00Z');
      const code = phone.codeAt('2017-12-02T02:00:00Z');
      const stop = await steps.operator.call<{ propagation?: string }>(
        'POST',
        `/contracts/${contract}/ids/${id}/suspend`,
        { reason: 'lost' },
      );
      expect(stop.status).toBeLessThan(300);
      expect(stop.body.propagation).not.toBe('pending');
      const reasons: (string | undefined)[] = [];
      const shares = await sharesOf(
        async () => {
          const answers = await Promise.all(
            Array.from({ length: 40 }, () => steps.authenticate(contract, 'stopped', code)),
          );
          reasons.push(...answers.map((answer) => answer.reason));
        },
        'authentication',
        'POST',
        'authentications',
      );
      expect(new Set(reasons)).toEqual(new Set(['id_suspended']));
      for (const share of shares) expect(share).toBeGreaterThan(0);
    });

    it('who shows the token of a write reads it from either', async () => {
      const shares = await sharesOf(
        async () => {
          for (let n = 0; n < 12; n += 1) {
            const id = await steps.register(contract, `own-write-${n}`);
            // Side by side, so that more than one connection is needed.
            const lists = await Promise.all(
              Array.from({ length: 4 }, () =>
                steps.operator.get<{ items: { id: string }[] }>(
                  `/contracts/${contract}/ids?externalId=own-write-${n}`,
                ),
              ),
            );
            for (const { items } of lists) expect(items.map((item) => item.id)).toEqual([id]);
          }
        },
        'device-registry',
        'GET',
        'ids',
      );
      for (const share of shares) expect(share).toBeGreaterThan(0);
    });

    it('a success is in the usage that is read with its token, across the broker', async () => {
      const phone = await steps.enrol(contract, await steps.register(contract, 'counted'));
      await steps.setClock('2017-12-02T03:00:00Z');
      const countNow = async (): Promise<number> =>
        (
          await steps.operator.get<{ authentications: { count: number } }>(
            `/contracts/${contract}/usage/2017-12`,
          )
        ).authentications.count;
      const before = await countNow();
      const code = phone.codeAt('2017-12-02T03:00:00Z');
      expect(await steps.authenticate(contract, 'counted', code)).toMatchObject({ result: 'success' });
      expect(await countNow()).toBe(before + 1);
    });
  });

  authentications(onTheCluster);
  tenancy(onTheCluster, 2019);
  twoPlansAndAnEnd(onTheCluster, 2021);
  january2024(onTheCluster);
  clockOfAllInstances(() => cluster, onTheCluster);
  approvalsAtOnce(onTheCluster, () => ({
    answered: () =>
      Promise.all([1, 2].map((n) => answeredBy(cluster.urlOf(`contract ${n}`), 'POST', 'approvals'))),
    die: async () => {
      const parts = ['contract 1', 'billing 1'];
      const former = await Promise.all(parts.map((name) => cluster.killPart(name)));
      for (const [n, name] of parts.entries()) await cluster.untilBack(name, former[n]!);
    },
  }));
  erasedEverywhere(onTheCluster, 2025, {
    databaseUrl: () => databaseUrlOf(cluster),
    places: async () => {
      const topics =
        whyNoKcat() === undefined ? ['contract', 'device-registry', 'authentication', 'billing'] : [];
      const records = await Promise.all(
        topics.map(async (name) => {
          const { text } = await readWithKcat(cluster.brokers, `smartkey.${name}`);
          expect(text).not.toBe('');
          return [`topic ${name}`, text] as const;
        }),
      );
      const files = await readdir(cluster.dataFolder, { recursive: true, withFileTypes: true });
      const contents = files
        .filter((file) => file.isFile())
        .map(async ({ parentPath, name }): Promise<readonly [string, Buffer]> => {
          const path = join(parentPath, name);
          // The servers work on: one may be gone since.
          return [path, await readFile(path).catch(() => Buffer.alloc(0))];
        });
      return [
        ...records,
        ...(await Promise.all(contents)),
        ['what the programs said', cluster.errors] as const,
      ];
    },
  });
  auditsBeside(onTheCluster, 2027, async () => ({
    DATABASE_URL: await databaseUrlOf(cluster),
    SMARTKEY_DATA_DIR: cluster.dataFolder,
  }));
});

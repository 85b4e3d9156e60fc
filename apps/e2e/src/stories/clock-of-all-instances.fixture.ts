import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Phone } from '@smartkey/api-client';
import { SERVICES } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import { HttpClockedService } from '@smartkey/runtime';
import { type ClusterSystem, perUnitQuote } from '@smartkey/testing/end-to-end';
import { amountsOf } from './amounts.fixture.ts';
import type { Begin, Stage } from './stage.fixture.ts';

/** After the month, and after any code of it is good: what was on its way could count for March alone. */
const MONTH_IS_OVER = '2024-03-31T15:01:00.000Z';

/** March 2024, and processes that are not there when the sandbox clock is set. */
export const clockOfAllInstances = (cluster: () => ClusterSystem, begin: Begin): void =>
  describe('the sandbox clock of every instance', () => {
    let stage: Stage;
    let contract: string;
    let phone: Phone;
    let token: string;
    beforeAll(async () => {
      stage = await begin('2024-03-01T00:00:00Z');
      contract = await stage.steps.accepted('service-provider', '2024-03-01', perUnitQuote('2024-03'));
      phone = await stage.steps.enrol(contract, await stage.steps.register(contract, 'late'));
      const keys = await readFile(join(cluster().dataFolder, 'keys.json'), 'utf8');
      token = (JSON.parse(keys) as { internalToken: string }).internalToken;
      await stage.steps.setClock('2024-03-31T14:59:00Z');
      expect(
        await stage.steps.authenticate(contract, 'late', phone.codeAt('2024-03-31T14:59:00Z')),
      ).toMatchObject({
        result: 'success',
      });
    });

    const firstOfEach = SERVICES.map((service) => `${service} 1`);
    let paused: string[] = [];
    afterEach(() => paused.splice(0).forEach((name) => cluster().unpause(name)));

    const timesOfAll = (): Promise<string[]> =>
      Promise.all(
        SERVICES.flatMap((service) => [1, 2].map((n) => [service, `${service} ${n}`] as const)).map(
          ([service, part]) =>
            new HttpClockedService(service, { url: () => cluster().urlOf(part), token }).now(),
        ),
      );
    const timesOfAllBecome = async (time: string): Promise<void> => {
      await stage.steps.until(
        () => timesOfAll().catch((error: unknown) => [String(error)]),
        (times) => times.length === 8 && times.every((each) => each === time),
        60,
      );
    };

    it('goes on and a month closes while one instance of each service is paused; woken, none counts for the closed month', async () => {
      paused = [...firstOfEach];
      for (const name of paused) cluster().pause(name);
      // On its way when the instance was stopped, with a code that was right then.
      const late = fetch(`${cluster().urlOf('authentication 1')}/v1/authentications`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...internalHeaders({ token, actor: { role: 'operator', key: 'bootstrap' } }),
        },
        body: JSON.stringify({ contract, externalId: 'late', code: phone.codeAt('2024-03-31T14:59:30Z') }),
      }).then(
        async (answer) => ((await answer.json()) as { readonly result?: string }).result,
        () => 'the connection broke',
      );
      await stage.steps.setClock(MONTH_IS_OVER);
      expect(await stage.steps.close('2024-03')).toMatchObject({
        state: 'completed',
        contracts: { parked: 0 },
      });
      const [invoice] = await stage.steps.invoices(contract, '2024-03');
      expect(amountsOf(invoice)).toEqual({ base: '5000', 'auth-api-usage': '2', 'initial-fee': '0' });

      for (const name of paused.splice(0)) cluster().unpause(name);
      expect(await late).not.toBe('success');
      await timesOfAllBecome(MONTH_IS_OVER);
      const usage = await stage.operator.get<{ authentications: { count: number } }>(
        `/contracts/${contract}/usage/2024-03`,
      );
      expect(usage.authentications.count).toBe(1);
    }, 240_000);

    it('is that of an instance, too, that was dead while it was set', async () => {
      const dead = ['authentication 2', 'billing 2'];
      const former = await Promise.all(dead.map((name) => cluster().killPart(name)));
      await stage.steps.setClock('2024-04-01T00:00:00Z');
      for (const [n, name] of dead.entries()) await cluster().untilBack(name, former[n]!);
      await timesOfAllBecome('2024-04-01T00:00:00.000Z');
    }, 240_000);
  });

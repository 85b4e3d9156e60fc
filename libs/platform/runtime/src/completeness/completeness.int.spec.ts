import { afterEach, describe, expect, it } from '@jest/globals';
import type { Message } from '@smartkey/event-bus';
import { BehindFenceError } from '@smartkey/event-store';
import { type Instant, plusMillis } from '@smartkey/kernel';
import { until } from '@smartkey/testing';
import { advanceClock } from '../clock/advance-clock.ts';
import { SandboxClock } from '../clock/business-clock.ts';
import { HttpClockedService } from '../clock/http-clocked-service.ts';
import type { ServiceParts } from '../service-definition.ts';
import { event, everything, toy, World } from '../toy-services.fixture.ts';

const MIDNIGHT = '2018-01-31T15:00:00.000Z';
let world: World;
afterEach(() => world.stop());

const clocked = () =>
  world.services.map(
    ({ name, url }) =>
      new HttpClockedService(name, { url: () => url, token: world.environment.material.internalToken }),
  );
const watermarkOf = async (source: 'contract' | 'device-registry') =>
  (await world.feeds.read(source, { after: 0n, limit: 5_000 })).watermark;
const later = () => new Promise((resolve) => setTimeout(resolve, 10));

/** A contract service that terminates one contract at an instant, and a registry that deregisters because of it. */
async function terminating(due: Instant, options: { failing?: boolean; slowly?: boolean } = {}) {
  world = await World.make('2018-01-01T00:00:00.000Z');
  const settings = { ...options };
  let done = false;
  let contract!: ServiceParts;
  await world.add(
    toy('contract', (parts) => {
      contract = parts;
      return {
        dueWork: {
          nextDue: () => Promise.resolve(done ? undefined : due),
          runDue: async (upTo) => {
            if (done || upTo < due) return;
            if (settings.failing) throw new Error('the termination cannot be decided');
            await parts.store.append({
              stream: 'contract-1',
              expected: 'any',
              events: [event('terminate', 'ContractTerminated', due)],
            });
            done = true;
          },
        },
      };
    }),
  );
  await world.add(
    toy('device-registry', (parts) => ({
      reactors: [
        {
          name: 'deregister',
          sources: ['contract'],
          react: async (messages: readonly Message[]) => {
            if (settings.slowly) await later();
            for (const { id, occurredAt, type } of messages)
              if (type === 'ContractTerminated')
                await parts.store.append({
                  stream: 'account-1',
                  expected: 'any',
                  events: [event(`deregister-${id}`, 'IdDeregistered', occurredAt)],
                });
          },
        },
      ],
    })),
  );
  await world.run();
  return { settings, contract };
}

describe('completeness (architecture: watermarks)', () => {
  it('puts a termination due at W and the deregistrations it causes before W, however slow the consumers are', async () => {
    await terminating(MIDNIGHT, { slowly: true });
    await advanceClock(clocked(), plusMillis(MIDNIGHT, 3_600_000));
    for (const [source, type] of [
      ['contract', 'ContractTerminated'],
      ['device-registry', 'IdDeregistered'],
    ] as const) {
      const [fact] = await everything(world, source);
      const watermark = (await watermarkOf(source))!;
      expect(fact).toMatchObject({ type, occurredAt: MIDNIGHT, recordedAt: MIDNIGHT });
      expect(watermark.instant).toBe('2018-01-31T16:00:00.000Z');
      expect(watermark.position >= fact!.position).toBe(true);
    }
  });

  it('publishes nothing while due work fails, here and downstream, and goes on by itself afterwards', async () => {
    const { settings } = await terminating(MIDNIGHT, { failing: true });
    const clock = world.environment.clock as SandboxClock;
    await until(async () => (await watermarkOf('device-registry')) !== undefined);
    const before = await watermarkOf('device-registry');
    await clock.takeOver(MIDNIGHT);
    // Several rounds go by, each of them failing: they are counted.
    const failures = async () =>
      (await world.environment.metrics.getSingleMetric('smartkey_watermark_failures_total')!.get()).values[0]
        ?.value ?? 0;
    await until(async () => (await failures()) >= 1);
    expect((await watermarkOf('contract'))!.instant < MIDNIGHT).toBe(true);
    expect(await watermarkOf('device-registry')).toEqual(before);
    settings.failing = false;
    await until(async () => (await watermarkOf('device-registry'))!.instant >= MIDNIGHT);
    expect(await everything(world, 'device-registry')).toHaveLength(1);
  });

  it('has every online fact of before W at or before its position, also those committed after it was stamped', async () => {
    const { contract } = await terminating('2019-01-01T00:00:00.000Z');
    const clock = world.environment.clock as SandboxClock;
    const appending = Array.from({ length: 40 }, async (_, n) => {
      // Stamped now, appended a little later: the clock may have passed midnight meanwhile.
      const stampedAt = clock.now();
      for (let turn = 0; turn < n % 7; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const append = (at: Instant) =>
        contract.store.append({
          stream: `contract-${n}`,
          expected: 'any',
          events: [event(`success-${n}`, 'Happened', at)],
          stampedAt: at,
        });
      await append(stampedAt).catch((error: unknown) => {
        if (!(error instanceof BehindFenceError)) throw error;
        return append(error.fence);
      });
    });
    await clock.takeOver(plusMillis(MIDNIGHT, -1));
    const moving = advanceClock(clocked(), MIDNIGHT);
    await Promise.all([...appending, moving]);
    const watermark = (await watermarkOf('contract'))!;
    const facts = await everything(world, 'contract');
    expect(watermark.instant).toBe(MIDNIGHT);
    expect(facts).toHaveLength(40);
    for (const fact of facts.filter((each) => each.occurredAt < watermark.instant))
      expect(fact.position <= watermark.position).toBe(true);
  });

  it('waits for what it reads from: no watermark of the registry beyond that of the contracts', async () => {
    world = await World.make('2018-01-01T00:00:00.000Z');
    await world.add(toy('contract'));
    await world.add(
      toy('device-registry', () => ({
        reactors: [{ name: 'listen', sources: ['contract'], react: () => Promise.resolve() }],
      })),
    );
    // Only the registry runs: its input promises nothing.
    await world.services[1]!.run();
    for (let n = 0; n < 10; n += 1) await later();
    expect(await watermarkOf('device-registry')).toBeUndefined();
    await world.services[0]!.run();
    await until(async () => (await watermarkOf('device-registry')) !== undefined);
    expect((await watermarkOf('device-registry'))!.instant).toBe('2018-01-01T00:00:00.000Z');
  });
});

import type { ContractId } from '@smartkey/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import type { SandboxClock } from '@smartkey/runtime';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, providerQuote, type Logs } from '../testing/logs.fixture.ts';

const [A, B] = [ctr('a'), ctr('b')];
let server: DatabaseServer;
let world: BillingWorld;
let logs: Logs;
beforeAll(async () => {
  server = await openPglite(undefined);
});
beforeEach(async () => {
  world = await BillingWorld.make(server, startOfDay('2024-02-01'));
  logs = world.logs;
  logs.accepted(A, '2024-01-01', 'enterprise', '2024-01-01', enterpriseQuote('2024-01'));
  logs.accepted(B, '2024-01-01', 'service-provider', '2024-01-01', providerQuote('2024-01'));
  logs.registeredMany(A, 'rid_all_', 2, '2024-01-01');
  logs.succeeded(B, 'rid_b', '2024-01-05T00:00:00.000Z');
  logs.succeeded(B, 'rid_b', '2024-01-06T00:00:00.000Z');
  await world.start();
  await close('2024-01', '2024-02-01');
});
afterEach(() => world.dispose());
afterAll(() => server.close());

async function close(month: ServiceMonth, on: JstDay): Promise<void> {
  const now = startOfDay(on);
  if (now > world.clock.now()) await (world.clock as SandboxClock).takeOver(now);
  logs.promise(now);
  await world.caughtUp();
  await world.close(month);
}
const usage = (contract: ContractId, query = '', month = '2024-01') =>
  world.get<{ accounts: object; billed?: object; difference?: object }>(
    `/contracts/${contract}/usage/${month}${query}`,
  );

describe('usage of an issued month', () => {
  it('shows what is billed, and no difference where there is none', async () => {
    expect(await usage(A)).toMatchObject({ billed: { accounts: { count: 2, coefficientSum: '2' } } });
    expect(await usage(B)).toMatchObject({ billed: { authentications: { count: 2 } } });
    for (const contract of [A, B]) expect(await usage(contract)).not.toHaveProperty('difference');
    // A month that is not issued bills nothing.
    expect(await usage(A, '', '2024-02')).not.toHaveProperty('billed');
  });

  it('shows the difference that waits apart, until a document has billed it', async () => {
    logs.registered(A, 'rid_late', '2024-01-15', '2024-01-31');
    await world.caughtUp();
    expect(await usage(A)).toMatchObject({
      accounts: { count: 3, coefficientSum: '2.548' },
      billed: { accounts: { count: 2, coefficientSum: '2' } },
      difference: { accounts: { count: 1, coefficientSum: '0.548' } },
    });
    await close('2024-02', '2024-03-01');
    const billed = { accounts: { count: 3, coefficientSum: '2.548' } };
    expect(await usage(A)).toMatchObject({ billed });
    expect(await usage(A)).not.toHaveProperty('difference');
    // Before the document that put it right the invoice alone was known, and before that nothing was billed.
    expect(await usage(A, `?knownAt=${startOfDay('2024-02-20')}`)).toMatchObject({
      billed: { accounts: { count: 2, coefficientSum: '2' } },
    });
    expect(await usage(A, `?asOf=${startOfDay('2024-01-20')}`)).not.toHaveProperty('billed');
    // One more, found when the month has been put right already.
    logs.registered(A, 'rid_later', '2024-01-31', '2024-01-31');
    await world.caughtUp();
    expect(await usage(A)).toMatchObject({
      billed,
      difference: { accounts: { count: 1, coefficientSum: '0.032' } },
    });
  });

  it('less than billed is a difference below 0', async () => {
    logs.deregistered(A, 'rid_all_0', '2024-01-01', '2024-01-20');
    await world.caughtUp();
    expect(await usage(A)).toMatchObject({
      difference: { accounts: { count: 0, coefficientSum: '-0.355' } },
    });
    logs.billingStart(B, '2024-02-01', '2024-01-06');
    await world.caughtUp();
    expect(await usage(B)).toMatchObject({
      billed: { authentications: { count: 2 } },
      difference: { authentications: { count: -1 } },
    });
    logs.billingStart(B, '2024-02-01', '2024-02-01');
    await world.caughtUp();
    expect(await usage(B)).toMatchObject({ difference: { authentications: { count: -2 } } });
    await close('2024-02', '2024-03-01');
    expect(await usage(B)).toMatchObject({ billed: { authentications: { count: 0 } } });
    expect(await usage(B)).not.toHaveProperty('difference');
  });
});

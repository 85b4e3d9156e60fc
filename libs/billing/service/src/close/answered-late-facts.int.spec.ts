import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { firstDayOf, nextMonth, startOfDay, type ServiceMonth } from '@smartkey/calendar';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import type { FeeId } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import type { ProjectionReader } from '@smartkey/projections';
import type { SandboxClock } from '@smartkey/runtime';
import { billingService } from '../billing.definition.ts';
import { answeredFeesOf, lateMonthsOf, unansweredOf } from '../ledger/late-facts.query.ts';
import { usageLedger } from '../ledger/usage-ledger.projection.ts';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote, type Logs } from '../testing/logs.fixture.ts';

const A = ctr('a');
let server: DatabaseServer;
let world: BillingWorld;
let logs: Logs;
let ledger: ProjectionReader;
beforeAll(async () => {
  server = await openPglite(undefined);
});
beforeEach(async () => {
  world = await BillingWorld.make(server, startOfDay('2018-01-01'));
  logs = world.logs;
  logs.accepted(A, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
  logs.registeredMany(A, 'rid_', 5, '2018-01-01');
  await world.start({
    ...billingService,
    assemble: (parts) => {
      ledger = parts.projection(usageLedger.name);
      return billingService.assemble(parts);
    },
  });
});
afterEach(() => world.dispose());
afterAll(() => server.close());

async function close(month: ServiceMonth): Promise<void> {
  const now = startOfDay(firstDayOf(nextMonth(month)));
  if (now > world.clock.now()) await (world.clock as SandboxClock).takeOver(now);
  logs.promise(now);
  await world.caughtUp();
  expect((await world.close(month)).state).toBe('completed');
}
const lines = async (): Promise<readonly (readonly [string, string, readonly string[]])[]> =>
  (await world.get<{ items: InvoiceMessage[] }>('/invoices?limit=200')).items.map(
    ({ kind, month, lines: all }) => [
      kind,
      month,
      all.map(({ amount }) => amount).filter((amount) => amount !== '0'),
    ],
  );

describe('late facts that are answered', () => {
  it('are looked at until a close finds nothing left of them, and then by none; others are', async () => {
    await close('2018-01');
    logs.registered(A, 'rid_found', '2018-01-01');
    await close('2018-02');
    // What it has billed, the next looks at once more.
    expect(await lateMonthsOf(ledger.sql, [A])).toMatchObject([{ from: '2018-01' }]);
    await close('2018-03');
    expect(await lateMonthsOf(ledger.sql, [A])).toEqual([]);
    expect(await unansweredOf(ledger.sql, [A])).toEqual([]);
    logs.registered(A, 'rid_found_2', '2018-01-01', '2018-01-31');
    await close('2018-04');
    await close('2018-05');
    expect(await unansweredOf(ledger.sql, [A])).toEqual([]);
    expect(await lines()).toEqual([
      ['invoice', '2018-01', ['10000', '1500']],
      ['invoice', '2018-02', ['10000', '1800', '300']],
      ['invoice', '2018-03', ['10000', '1800']],
      ['invoice', '2018-04', ['10000', '1800', '300']],
      ['invoice', '2018-05', ['10000', '1800']],
    ]);
  });

  it('make no difference, and are looked at by one close', async () => {
    await close('2018-01');
    logs.registered(A, 'rid_found', '2018-01-10');
    logs.voided(A, 'rid_found', { from: '2018-01-10', spell: 1 } as never);
    await close('2018-02');
    expect(await unansweredOf(ledger.sql, [A])).toEqual([]);
  });

  it('that wait for an invoice are looked at again', async () => {
    await close('2018-01');
    logs.registered(A, 'rid_found', '2018-01-01');
    // February is not closed yet: that stands on its invoice.
    await close('2018-01');
    expect(await unansweredOf(ledger.sql, [A])).toHaveLength(1);
    await close('2018-02');
    expect((await lines())[1]).toEqual(['invoice', '2018-02', ['10000', '1800', '300']]);
  });

  it('a fee that was waived after it was billed: its month is looked at until it has come to nothing', async () => {
    const { fee } = logs.fee(A, '2018-01-10', '3000').data as { fee: FeeId };
    await close('2018-01');
    logs.waived(A, '2018-02-10', fee);
    await close('2018-02');
    expect(await answeredFeesOf(ledger.sql, [A])).toEqual([]);
    await close('2018-03');
    expect(await answeredFeesOf(ledger.sql, [A])).toEqual([{ contract: A, fee }]);
    await close('2018-04');
    expect(await lines()).toEqual([
      ['invoice', '2018-01', ['10000', '1500', '3000']],
      ['invoice', '2018-02', ['10000', '1500', '-3000']],
      ['invoice', '2018-03', ['10000', '1500']],
      ['invoice', '2018-04', ['10000', '1500']],
    ]);
    for (const number of ['SK-000000002', 'SK-000000004'])
      expect((await world.call('POST', `/invoices/${number}/verification`)).body).toEqual({
        identical: true,
      });
  });
});

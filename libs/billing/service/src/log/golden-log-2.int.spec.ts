import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { GoldenLog } from '../testing/golden-log.fixture.ts';
import { ctr, enterpriseQuote, providerQuote } from '../testing/logs.fixture.ts';

/** Billing's log as rule version 2018-01-01.2 wrote it: never edited. */
const golden = new GoldenLog('billing-log.v2.json');
const issued = golden.invoices;

const [A, B, C] = [ctr('a'), ctr('b'), ctr('c')];
let server: DatabaseServer;
let world: BillingWorld;

/** The facts that the golden documents were drawn up from, in the order in which they were told. */
beforeAll(async () => {
  server = await openPglite(undefined);
  world = await BillingWorld.make(server, '2019-11-01T00:00:00.000Z');
  const { logs } = world;
  const prorated = enterpriseQuote('2019-09', { baseFeeInPartialMonth: 'prorated' });
  logs.accepted(A, '2019-09-01', 'enterprise', '2019-09-01', prorated);
  logs.registeredMany(A, 'rid_all_', 3, '2019-09-05');
  logs.registered(A, 'rid_some', '2019-09-10', '2019-10-17');
  logs.fee(A, '2019-09-20', '1000');
  logs.accepted(B, '2019-09-15', 'service-provider', '2019-10-01', providerQuote('2019-10'));
  logs.accepted(C, '2019-09-20', 'enterprise', '2019-09-15', enterpriseQuote('2019-09'));
  logs.succeeded(B, 'rid_b', '2019-10-05T00:00:00.000Z');
  logs.promise('2019-10-01T00:00:00.000Z');
  logs.fee(A, '2019-09-25', '800');
  logs.cancelled(C, '2019-09-20', '2019-09-30');
  logs.fee(C, '2019-09-21', '700');
  logs.succeeded(B, 'rid_b', '2019-10-06T00:00:00.000Z');
  logs.promise('2019-11-01T00:00:00.001Z');

  await golden.takeUp(world);
});
afterAll(async () => {
  await world.dispose();
  await server.close();
});

describe('a log written by rule version 2018-01-01.2', () => {
  it('holds late fees on whatever invoice came next, that of an ended contract on a later month', () => {
    expect(
      issued
        .slice(2)
        .map(({ month, lines }) => [month, lines.map(({ item, date, amount }) => [item, date, amount])]),
    ).toEqual([
      [
        '2019-10',
        [
          ['base', '2019-10-31', '10000'],
          ['account-usage', '2019-10-31', '1064'],
          ['one-time-fee', '2019-09-25', '800'],
        ],
      ],
      [
        '2019-10',
        [
          ['base', '2019-10-31', '5000'],
          ['auth-api-usage', '2019-10-31', '4'],
          ['initial-fee', '2019-09-15', '0'],
        ],
      ],
      ['2019-10', [['one-time-fee', '2019-09-21', '700']]],
    ]);
    expect(new Set(issued.map(({ inputs }) => inputs.ruleVersion))).toEqual(new Set(['2018-01-01.2']));
  });

  it.each(issued.map(({ number }) => number))(
    '%s is derived again by its own rules: identical',
    async (number) => {
      expect((await world.call('POST', `/invoices/${number}/verification`)).body).toEqual({
        identical: true,
      });
    },
  );

  it('a close issues nothing of it again', async () => {
    await world.close('2019-10');
    expect((await world.get<{ items: object[] }>('/invoices?limit=200')).items).toHaveLength(issued.length);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { monthClose, type MonthCloseEvent } from '@smartkey/billing-domain';
import { openPglite, type DatabaseServer } from '@smartkey/database';
import { EventCodec } from '@smartkey/event-store';
import { fold, type RecordedEvent } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { storedCloses } from './stored-events.ts';
import { publish } from './publish.ts';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { GoldenLog } from '../testing/golden-log.fixture.ts';
import { ctr, enterpriseQuote, providerQuote } from '../testing/logs.fixture.ts';

/** Billing's log as former versions wrote it; never edited, only added to. */
const golden = new GoldenLog('billing-log.v1.json');
const stored = golden.events.map((event, index): RecordedEvent => {
  return { ...event, position: BigInt(index + 1), hash: '' } as RecordedEvent;
});
const issued = golden.invoices;

const [A, B, C] = [ctr('a'), ctr('b'), ctr('c')];
let server: DatabaseServer;
let world: BillingWorld;

/** The facts that the golden documents were drawn up from, in the order in which they were told. */
beforeAll(async () => {
  server = await openPglite(undefined);
  world = await BillingWorld.make(server, '2019-11-01T00:00:00.000Z');
  const { logs } = world;
  logs.accepted(A, '2019-09-01', 'enterprise', '2019-09-01', enterpriseQuote('2019-09'));
  logs.registeredMany(A, 'rid_all_', 3, '2019-09-05');
  logs.registered(A, 'rid_some', '2019-09-10', '2019-10-17');
  logs.fee(A, '2019-09-20', '1000');
  logs.contract.say(`contract-${A}`, A, '2019-10-19T15:00:00.000Z', 'FeeObligationArose', {
    fee: `fee_${A}_out`,
    kind: 'one-time',
    amount: '500',
    description: '立替金',
    arisenOn: '2019-10-20',
    taxCode: 'out-of-scope',
    termsVersion: '2018-01-01',
  });
  logs.accepted(B, '2019-09-15', 'service-provider', '2019-10-01', providerQuote('2019-10'));
  logs.accepted(C, '2019-10-01', 'enterprise', '2019-10-01');
  logs.succeeded(B, 'rid_b', '2019-10-05T00:00:00.000Z');
  logs.succeeded(B, 'rid_b', '2019-10-06T00:00:00.000Z');
  logs.promise('2019-11-01T00:00:00.001Z');

  await golden.takeUp(world);
});
afterAll(async () => {
  await world.dispose();
  await server.close();
});

describe('a log written by former versions', () => {
  it('holds documents whose tax rows stand by name, with a rate out of scope and a row for a fee of 0 yen', () => {
    expect(issued.map(({ taxes }) => taxes.map(({ taxCode, rate, tax }) => [taxCode, rate, tax]))).toEqual([
      [['JP-STD-8-2014', '8', '879']],
      [
        ['JP-OUT', '0', '0'],
        ['JP-STD-10-2019', '10', '1106'],
        ['JP-STD-8-2014', '8', '80'],
      ],
      [
        ['JP-STD-10-2019', '10', '500'],
        ['JP-STD-8-2014', '8', '0'],
      ],
    ]);
    expect(new Set(issued.map(({ inputs }) => inputs.ruleVersion))).toEqual(new Set(['2018-01-01.1']));
  });

  it.each(issued.map(({ number }) => number))(
    '%s is derived again by its own rules: identical',
    async (number) => {
      expect(await world.call('POST', `/invoices/${number}/verification`)).toMatchObject({
        status: 200,
        body: { identical: true },
      });
    },
  );

  it('shows its documents as they were issued', async () => {
    const { items } = await world.get<{ items: InvoiceMessage[] }>('/invoices?limit=200');
    expect(items).toEqual(issued);
  });

  it('how its runs ended folds, with the number of the parked', async () => {
    const october = stored.filter(({ stream }) => stream === 'close-2019-10');
    const events = await new EventCodec<MonthCloseEvent>(storedCloses).decode(october);
    expect(events.at(-1)).toMatchObject({
      version: 4,
      data: { state: 'partial', counts: { total: 3, issued: 2, nothingDue: 0, parked: 1 } },
    });
    expect(events.at(-1)!.data).not.toHaveProperty('parked');
    expect(fold(monthClose, events)).toEqual({});
  });

  it('is published in forms that are described, none of which grows with the customers', () => {
    for (const event of stored) {
      const told = publish(event);
      const file = `../../../../messages/schemas/billing/${told.type}.v${told.version}.json`;
      const schema = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as object;
      expect(new Ajv({ strict: false }).validate(schema, told.data)).toBe(true);
      if (event.type === 'CloseFinished') expect(told).toMatchObject({ version: 4, data: { counts: {} } });
      expect(JSON.stringify(told)).not.toContain('no-governing-quote');
    }
  });

  it('a close goes on from it: what is issued is not issued again, by the new rules neither', async () => {
    const run = await world.close('2019-10');
    expect(run).toMatchObject({ state: 'partial', contracts: { total: 3, issued: 2, parked: 1 } });
    expect(await world.parkedBy(run.id)).toMatchObject([{ contract: C, code: 'no-governing-quote' }]);
    expect((await world.get<{ items: object[] }>('/invoices?limit=200')).items).toHaveLength(3);
  });
});

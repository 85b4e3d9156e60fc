import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seriesStreamOf, type Invoice } from '@smartkey/billing-domain';
import type { Database, DatabaseServer } from '@smartkey/database';
import { createEventStore, type EventStore } from '@smartkey/event-store';
import type { RecordedEvent } from '@smartkey/kernel';
import { serviceLogs } from '@smartkey/runtime';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { DerivedSharedSeal } from '@smartkey/secrets';
import { publish } from '../log/publish.ts';
import { openedInvoice } from '../log/sealed-recipient.ts';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import { loseBehind } from '../testing/lost-end.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';
import { DocumentSeries, SeriesRefusedError } from './document-series.ts';
import { DocumentsPutBack, type HeldDocument } from './put-back.ts';
import { recipientAsDrawnUp } from './recipient-as-drawn-up.ts';

const STREAM = seriesStreamOf('SK');
const CONTRACTS = [ctr('a'), ctr('b'), ctr('c'), ctr('d')];
let server: DatabaseServer;
let stop: () => Promise<void>;
let world: BillingWorld;
let database: Database;
let store: EventStore;
let parties: DerivedSharedSeal;
let series: DocumentSeries;
/** As they were issued: SK-000000001 to SK-000000004. */
let issued: readonly RecordedEvent[];

beforeAll(async () => {
  ({ server, stop } = await openServer('pglite'));
  world = await BillingWorld.make(server, '2018-03-01T00:00:00.000Z');
  for (const contract of CONTRACTS)
    world.logs.accepted(contract, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
  world.logs.promise('2018-03-01T00:00:00.000Z');
  await world.start();
  database = await world.environment.server.database('billing');
  store = await createEventStore(database, world.clock);
  parties = new DerivedSharedSeal(world.environment.material.lookupKey);
  series = new DocumentSeries(database, 'SK');
  await world.close('2018-01');
  issued = await store.readStream(STREAM);
});
afterAll(async () => {
  await world.dispose();
  await stop();
});

const held = (event: RecordedEvent, over: Partial<HeldDocument> = {}): HeldDocument => ({
  ...event,
  previous: undefined,
  commandId: event.metadata.commandId,
  ...over,
});
const putBack = async (
  documents: readonly HeldDocument[],
  into: Pick<EventStore, 'append' | 'readStream' | 'findEvent'> = store,
) => {
  const parts = {
    parties,
    begun: await series.begun(),
    incarnation: 2,
    by: '鈴木',
    reason: 'the topic has them',
  };
  const work = new DocumentsPutBack({ store: into, ...parts });
  for (const each of documents) await work.take(each);
  return { ...(await work.finish()), refusals: work.refusals.map(({ number, why }) => [number, why]) };
};
const documents = async () =>
  (
    await world.get<{ items: { number: string; contract: string; month: string }[] }>('/invoices?limit=200')
  ).items.map(({ number, contract, month }) => [number, contract, month]);

describe('documents that the log has lost and others hold', () => {
  it('are known whole from what topics tell: the recipient is that of the facts that a document has read', () => {
    const [event] = issued;
    const told = publish(event!).data as Invoice;
    expect(Object.keys(told.recipient)).toEqual(['name']);
    const contract = world.logs.contract.messages.filter((each) => each.contract === told.contract);
    const whole = recipientAsDrawnUp(parties, told, contract, []);
    expect(openedInvoice(parties, whole!)).toEqual(openedInvoice(parties, event!.data));
    const other = { ...told, recipient: { name: '別の会社' } };
    expect(recipientAsDrawnUp(parties, other, contract, [])).toBeUndefined();
  });

  it('are refused by name where they do not fit', async () => {
    await loseBehind('SK-000000001', { world, database, store });
    const [first, second, third] = issued.map((event) => held(event));
    const data = second!.data as Invoice;
    expect((await putBack([third!])).refusals).toEqual([['SK-000000003', 'number-before-unknown']]);
    expect((await putBack([{ ...second!, why: ['hash-differs', 'changed'] }])).refusals).toEqual([
      ['SK-000000002', 'hash-differs'],
    ]);
    expect((await putBack([{ ...second!, previous: 'ab'.repeat(32) }])).refusals).toEqual([
      ['SK-000000002', 'another-systems'],
    ]);
    expect((await putBack([{ ...second!, data: { ...data, contract: ctr('z') } }])).refusals).toEqual([
      ['SK-000000002', 'another-systems'],
    ]);
    expect((await putBack([{ ...second!, data: { ...data, number: 'SK-000000009' } }])).refusals).toEqual([
      ['SK-000000009', 'not-its-place'],
    ]);
    expect((await putBack([{ ...second!, version: 99 }])).refusals).toEqual([
      ['SK-000000002', 'version-unknown'],
    ]);
    const changed = { ...first!, hash: 'cd'.repeat(32), data: { ...first!.data, total: '1' } };
    expect((await putBack([changed])).refusals).toEqual([['SK-000000001', 'content-differs']]);
    const another = { ...second!, stream: STREAM, revision: 0, data: { ...data, number: 'SK-000000001' } };
    expect((await putBack([another])).refusals).toEqual([['SK-000000001', 'number-given-again']]);
    const again = { ...held(issued[0]!), revision: 1, data: { ...issued[0]!.data, number: 'SK-000000002' } };
    expect((await putBack([again])).refusals).toEqual([['SK-000000002', 'billed-again']]);
    expect(await documents()).toHaveLength(1);
  });

  it('stand again under their numbers, marked; a try that was cut short goes on', async () => {
    const cut: typeof store.append = (append) =>
      store.append({ ...append, events: append.events.slice(0, 1) });
    // The process dies behind the first of them.
    await putBack(
      issued.slice(0, 2).map((event) => held(event)),
      {
        append: cut,
        readStream: (...asked) => store.readStream(...asked),
        findEvent: (id) => store.findEvent(id),
      },
    );
    expect(await putBack(issued.map((event) => held(event)))).toEqual({
      putBack: 2,
      there: 2,
      refused: 0,
      refusals: [],
    });
    expect(await putBack(issued.map((event) => held(event)))).toEqual({
      putBack: 0,
      there: 4,
      refused: 0,
      refusals: [],
    });
    const now = await store.readStream(STREAM);
    expect(now.map(({ id, data, revision, occurredAt }) => ({ id, data, revision, occurredAt }))).toEqual(
      issued.map(({ id, data, revision, occurredAt }) => ({ id, data, revision, occurredAt })),
    );
    const { putBack: mark, commandId } = now[1]!.metadata;
    expect(mark).toMatchObject({ hash: issued[1]!.hash, incarnation: 2 });
    expect(commandId).toBe(issued[1]!.metadata.commandId);
    expect(JSON.stringify(mark)).not.toMatch(/鈴木|topic/);
    await world.caughtUp();
    expect(await documents()).toEqual(
      CONTRACTS.map((contract, n) => [`SK-00000000${n + 1}`, contract, '2018-01']),
    );
  });

  it('stand again in EventStoreDB too, where a try that was cut short goes on', async () => {
    const fake = await FakeEventStoreDb.start();
    // Only that a server is named is looked at: the rows beside the log lie in this spec's database.
    const logs = await serviceLogs({ EVENTSTORE_URL: fake.connectionString, DATABASE_URL: 'postgres://x' });
    try {
      // A log that has lost its series whole.
      const apart = await server.database('billing_apart');
      const { store: there } = await logs.open('billing', { database: apart, clock: world.clock });
      expect(await putBack([held(issued[0]!)], there)).toMatchObject({ putBack: 1, there: 0, refused: 0 });
      const all = issued.map((event) => held(event));
      expect(await putBack(all, there)).toMatchObject({ putBack: 3, there: 1, refused: 0 });
      const now = await there.readStream(STREAM);
      expect(now.map(({ id, data, revision }) => ({ id, data, revision }))).toEqual(
        issued.map(({ id, data, revision }) => ({ id, data, revision })),
      );
      expect(now[1]!.metadata.putBack).toMatchObject({ hash: issued[1]!.hash, incarnation: 2 });
    } finally {
      await logs.close();
      await fake.stop();
    }
  });

  it('are billed once: what is closed again has nothing to issue, and documents go on behind them once somebody says so', async () => {
    // What they billed is not parked; what comes next waits.
    const again = await world.close('2018-01');
    expect(again).toMatchObject({ state: 'completed', contracts: { issued: 4, parked: 0 } });
    expect((await world.close('2018-02')).contracts).toMatchObject({ parked: 4 });
    await series.goOn({ by: '鈴木', reason: 'the topic has them' });
    await expect(series.goOn({ by: '鈴木', reason: 'again' })).rejects.toBeInstanceOf(SeriesRefusedError);
    expect(await series.inUse()).toEqual({ series: 'SK', begun: 'SK' });
    expect(await world.close('2018-02')).toMatchObject({
      state: 'completed',
      contracts: { issued: 4, parked: 0 },
    });
    expect((await documents()).slice(4)).toEqual(
      CONTRACTS.map((contract, n) => [`SK-00000000${n + 5}`, contract, '2018-02']),
    );
    for (const number of ['SK-000000002', 'SK-000000005']) {
      const verified = await world.call<{ identical: boolean }>('POST', `/invoices/${number}/verification`);
      expect(verified.body).toEqual({ identical: true });
    }
  });
});

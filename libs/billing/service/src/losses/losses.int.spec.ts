import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database, DatabaseServer } from '@smartkey/database';
import { createEventStore, type EventStore } from '@smartkey/event-store';
import { BillingWorld } from '../testing/billing-world.fixture.ts';
import { ctr, enterpriseQuote } from '../testing/logs.fixture.ts';
import { loseBehind } from '../testing/lost-end.fixture.ts';
import { openServer } from '../testing/servers.fixture.ts';
import { DocumentSeries, SeriesRefusedError } from './document-series.ts';

const [A, B] = [ctr('a'), ctr('b')];
let server: DatabaseServer;
let stop: () => Promise<void>;
let world: BillingWorld;
let database: Database;
let store: EventStore;

beforeAll(async () => {
  ({ server, stop } = await openServer('pglite'));
  world = await BillingWorld.make(server, '2018-03-01T00:00:00.000Z');
  for (const contract of [A, B])
    world.logs.accepted(contract, '2018-01-01', 'enterprise', '2018-01-01', enterpriseQuote('2018-01'));
  world.logs.promise('2018-03-01T00:00:00.000Z');
  await world.start();
  database = await world.environment.server.database('billing');
  store = await createEventStore(database, world.clock);
});
afterAll(async () => {
  await world.dispose();
  await stop();
});

const documents = async () =>
  (
    await world.get<{ items: { number: string; contract: string; month: string }[] }>('/invoices?limit=200')
  ).items.map(({ number, contract, month }) => [number, contract, month]);

describe('documents that the log has lost', () => {
  const isEmpty = async (series: string) => (await store.readStream(`series-${series}`)).length === 0;
  const decision = { series: 'SK2', by: 'anna', reason: 'the files were looked through' };

  it('are not issued again before a person has decided; then in a series of its own, under other ids', async () => {
    const series = new DocumentSeries(database, 'SK');
    await expect(series.decide(decision, isEmpty)).rejects.toBeInstanceOf(SeriesRefusedError);
    await world.close('2018-01');
    expect(await documents()).toEqual([
      ['SK-000000001', A, '2018-01'],
      ['SK-000000002', B, '2018-01'],
    ]);
    const [, lost] = await store.readStream('series-SK');
    await loseBehind('SK-000000001', { world, database, store });
    const parked = await world.close('2018-01');
    expect(parked).toMatchObject({ state: 'partial', contracts: { issued: 1, parked: 1 } });
    expect(await world.parkedBy(parked.id)).toMatchObject([{ contract: B, code: 'document-lost' }]);
    expect(await documents()).toEqual([['SK-000000001', A, '2018-01']]);

    await expect(series.decide({ ...decision, series: 'SK' }, isEmpty)).rejects.toBeInstanceOf(
      SeriesRefusedError,
    );
    await series.decide(decision, isEmpty);
    expect(await series.inUse()).toEqual({ series: 'SK2', begun: 'SK2' });
    expect(await world.close('2018-01')).toMatchObject({ state: 'completed', contracts: { issued: 2 } });
    expect(await documents()).toEqual([
      ['SK-000000001', A, '2018-01'],
      ['SK2-000000001', B, '2018-01'],
    ]);
    const [again] = await store.readStream('series-SK2');
    expect(again!.id).not.toBe(lost!.id);
  });

  it('and so once more, as often as it is lost; a series that is set by a person is what counts', async () => {
    await world.close('2018-02');
    await loseBehind('SK2-000000001', { world, database, store });
    const parked = await world.close('2018-02');
    expect(await world.parkedBy(parked.id)).toMatchObject([
      { contract: A, code: 'document-lost' },
      { contract: B, code: 'document-lost' },
    ]);
    const series = new DocumentSeries(database, 'SK');
    await expect(series.decide(decision, isEmpty)).rejects.toBeInstanceOf(SeriesRefusedError);
    await series.decide({ ...decision, series: 'SK3' }, isEmpty);
    expect((await world.close('2018-02')).state).toBe('completed');
    expect((await documents()).slice(2)).toEqual([
      ['SK3-000000001', A, '2018-02'],
      ['SK3-000000002', B, '2018-02'],
    ]);
    expect(await new DocumentSeries(database, 'NEW').inUse()).toEqual({ series: 'NEW' });
  });
});

import { EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { eventsOf, freshStream } from '../contract/tested-log.contract.ts';
import { StreamEnds } from '../hash-chain/stream-ends.ts';
import { verifyLog } from '../index.ts';
import { LogsUnderTest, type OpenedLog } from './eventstoredb-log.fixture.ts';

describe('the verification of a log in EventStoreDB', () => {
  const logs = LogsUnderTest.ready();
  const asOwner = async (
    act: (client: EventStoreDBClient, name: string) => Promise<unknown>,
    stream: string,
  ) => {
    const client = EventStoreDBClient.connectionString(logs.fake.connectionString);
    await act(client, `${logs.log}/${stream}`);
    await client.dispose();
  };
  const append = ({ store }: OpenedLog, stream: string, turn: number) =>
    store.append({ stream, expected: 'any', events: eventsOf(stream, 1, `/${turn}`) });
  const threeStreams = async (one: OpenedLog) => {
    const streams = [freshStream(), freshStream(), freshStream()] as const;
    for (let turn = 0; turn < 3; turn += 1) for (const stream of streams) await append(one, stream, turn);
    return streams;
  };
  const hiding = (detail: string) => ({ kind: 'missing', detail });

  it.each<[string, (client: EventStoreDBClient, name: string) => Promise<unknown>, string]>([
    ['deleted', (client, name) => client.deleteStream(name), '$tb'],
    ['truncated', (client, name) => client.setStreamMetadata(name, { truncateBefore: 1 }), '$tb'],
    ['limited in its count', (client, name) => client.setStreamMetadata(name, { maxCount: 2 }), '$maxCount'],
    ['limited in its age', (client, name) => client.setStreamMetadata(name, { maxAge: 1 }), '$maxAge'],
  ])('names a stream that was %s, though the log still shows its events', async (_how, act, member) => {
    const one = await logs.open();
    const [, stream] = await threeStreams(one);
    expect(await verifyLog(one.store)).toMatchObject({ events: 9, streams: 3, broken: 0 });
    await asOwner(act, stream);
    expect(await verifyLog(one.store)).toMatchObject({
      events: 9,
      broken: 1,
      breaks: [{ stream, ...hiding(`the server was told not to show all of it (${member})`) }],
    });
  });

  it('names one that was deleted for good, and reads on past what the server says of it', async () => {
    const one = await logs.open();
    const [first, stream] = await threeStreams(one);
    await asOwner((client, name) => client.tombstoneStream(name), stream);
    const end = await one.store.lastPosition();
    expect((await one.store.last())?.position).toBe(end);
    await append(one, first, 3);
    for (const pageSize of [1, 2, 2_000]) {
      const found = await verifyLog(one.store, { pageSize });
      expect(found).toMatchObject({ events: 10, broken: 1, breaks: [{ stream }] });
    }
    expect((await verifyLog(one.store)).breaks).toMatchObject([hiding('it was deleted for good')]);
    // Whose ends are asked for: the server does not tell them any more.
    const asked = await verifyLog(one.store, { pageSize: 2, ends: new StreamEnds(1) });
    expect(asked).toMatchObject({ events: 10, broken: 1, breaks: [{ stream, kind: 'missing' }] });
  });

  it('names none whose metadata were put right, nor those of other logs', async () => {
    const one = await logs.open();
    const other = await logs.open({ log: `${logs.log}2`, databaseUrl: await logs.createDatabase() });
    const [stream] = await threeStreams(one);
    const [foreign] = await threeStreams(other);
    await asOwner((client, name) => client.setStreamMetadata(name, { maxCount: 2 }), stream);
    await asOwner((client, name) => client.setStreamMetadata(name, {}), stream);
    const client = EventStoreDBClient.connectionString(logs.fake.connectionString);
    await client.deleteStream(`${logs.log}2/${foreign}`);
    await client.tombstoneStream(`${logs.log}3/${foreign}`);
    await client.dispose();
    expect((await verifyLog(one.store)).breaks).toEqual([]);
    expect((await verifyLog(other.store)).breaks).toMatchObject([{ stream: foreign }]);
  });

  it('reads to the last event that there is', async () => {
    const one = await logs.open();
    const [stream] = await threeStreams(one);
    const settled = await one.store.settledPosition();
    await append(one, stream, 3);
    expect(await one.store.lastPosition()).toBeGreaterThan(settled);
    expect(await verifyLog(one.store)).toMatchObject({ events: 10, broken: 0 });
  });
});

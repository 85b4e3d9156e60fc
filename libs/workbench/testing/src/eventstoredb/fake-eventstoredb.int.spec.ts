import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  type Position,
  START,
  STREAM_EXISTS,
  streamNameFilter,
  StreamNotFoundError,
  UnavailableError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { until } from '../until.ts';
import { FakeEventStoreDb } from './fake-eventstoredb.ts';

/** What makes the client append by the plain call. */
const PLAIN = { credentials: { username: 'anybody', password: 'anything' } };

async function all<T>(read: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of read) items.push(item);
  return items;
}

describe('the fake EventStoreDB, as the real client sees it', () => {
  let fake: FakeEventStoreDb;
  let client: EventStoreDBClient;
  beforeEach(async () => {
    fake = await FakeEventStoreDb.start();
    client = EventStoreDBClient.connectionString(fake.connectionString);
  });
  afterEach(async () => {
    await client.dispose();
    await fake.stop();
  });
  const events = (count: number, type = 'Tested') =>
    Array.from({ length: count }, (_, n) => jsonEvent({ type, data: { n }, metadata: { by: 'test' } }));

  it.each([
    ['in batches', {}, 'batchAppend'],
    ['plainly', PLAIN, 'append'],
  ])('appends %s, and reads it back with revision, position and time', async (_how, more, method) => {
    const before = Date.now();
    const appended = await client.appendToStream('a', events(2), { expectedRevision: NO_STREAM, ...more });
    expect(fake.calls(method)).toBe(1);
    const read = (await all(client.readStream('a'))).map(({ event }) => event!);
    expect(read).toMatchObject([
      { revision: 0n, data: { n: 0 }, metadata: { by: 'test' }, type: 'Tested', isJson: true },
      { revision: 1n, data: { n: 1 } },
    ]);
    expect(appended).toMatchObject({ success: true, nextExpectedRevision: 1n, position: read[1]!.position });
    expect(read[0]!.created.getTime()).toBeGreaterThanOrEqual(before);
    expect(read[0]!.created.getTime()).toBeLessThanOrEqual(Date.now());
    expect(read[1]!.position!.commit - read[0]!.position!.commit).toBeGreaterThan(1n);
  });

  it.each([
    ['in batches', {}],
    ['plainly', PLAIN],
  ])(
    'refuses another revision than expected, and takes the same ids for a repeat (%s)',
    async (_how, more) => {
      const first = events(2);
      const before = await client.appendToStream('a', first, { expectedRevision: NO_STREAM, ...more });
      for (const expectedRevision of [NO_STREAM, 0n, 7n] as const) {
        const refused = client.appendToStream('a', events(1), { expectedRevision, ...more });
        await expect(refused).rejects.toBeInstanceOf(WrongExpectedVersionError);
        await expect(refused).rejects.toMatchObject({ actualVersion: 1n });
      }
      const missing = client.appendToStream('b', events(1), { expectedRevision: STREAM_EXISTS, ...more });
      await expect(missing).rejects.toMatchObject({ actualVersion: 'no_stream' });
      await client.appendToStream('a', events(1), { expectedRevision: 1n, ...more });
      expect(await client.appendToStream('a', first, { expectedRevision: NO_STREAM, ...more })).toEqual(
        before,
      );
      expect(await all(client.readStream('a'))).toHaveLength(3);
    },
  );

  it('reads a stream from either end, and says where there is none', async () => {
    await client.appendToStream('a', events(5));
    const revisions = async (options: Parameters<typeof client.readStream>[1]) =>
      (await all(client.readStream('a', options))).map(({ event }) => event!.revision);
    expect(await revisions({ fromRevision: 3n })).toEqual([3n, 4n]);
    expect(await revisions({ fromRevision: 9n })).toEqual([]);
    expect(await revisions({ direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([4n, 3n]);
    expect(await revisions({ direction: BACKWARDS, fromRevision: 1n })).toEqual([1n, 0n]);
    await expect(all(client.readStream('b'))).rejects.toBeInstanceOf(StreamNotFoundError);
  });

  it('reads all from a position, that one included', async () => {
    await client.appendToStream('a', events(3));
    const [, second] = await all(client.readStream('a'));
    const read = await all(client.readAll({ fromPosition: second!.event!.position! }));
    expect(read.map(({ event }) => event!.revision)).toEqual([1n, 2n]);
    expect((await all(client.readAll({ fromPosition: START }))).length).toBeGreaterThan(3);
  });

  it('feeds a filtered subscription: what is behind its position, then what comes, with checkpoints past the rest', async () => {
    await client.appendToStream('mine-1', events(3));
    const [first] = await all(client.readStream('mine-1'));
    for (let i = 0; i < 40; i += 1) await client.appendToStream('other', events(1));
    const checkpoints: Position[] = [];
    const subscription = client.subscribeToAll({
      fromPosition: first!.event!.position!,
      filter: streamNameFilter({
        prefixes: ['mine-'],
        checkpointReached: (_subscription, position) => void checkpoints.push(position),
      }),
    });
    const heard: bigint[] = [];
    for await (const { event } of subscription) {
      heard.push(event!.revision);
      if (heard.length === 2) await client.appendToStream('mine-1', events(1));
      if (heard.length === 3) break;
    }
    expect(heard).toEqual([1n, 2n, 3n]);
    const [last] = await all(
      client.readStream('mine-1', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }),
    );
    expect(checkpoints.length).toBeGreaterThan(0);
    expect(checkpoints.at(-1)!.commit).toBeGreaterThan(first!.event!.position!.commit + 1_000n);
    expect(checkpoints.at(-1)!.commit).toBeLessThan(last!.event!.position!.commit);
    await subscription.unsubscribe();
  });

  it('drops subscriptions: with an error, or so that the events just end', async () => {
    const dropped = client.subscribeToStream('a');
    const outcome = expect(all(dropped)).rejects.toBeInstanceOf(UnavailableError);
    await until(() => fake.subscribers > 0);
    fake.dropSubscriptions('error');
    await outcome;
    const ended = all(client.subscribeToStream('a'));
    await until(() => fake.subscribers > 0);
    fake.dropSubscriptions('end');
    expect(await ended).toEqual([]);
  });

  it('fails an append, loses an answer, and stores once what is repeated', async () => {
    const twice = events(1);
    const append = () => client.appendToStream('a', twice, { expectedRevision: NO_STREAM, ...PLAIN });
    fake.failNextAppend();
    await expect(append()).rejects.toBeInstanceOf(UnavailableError);
    expect(fake.log.stream('a')).toHaveLength(0);
    fake.loseNextAppendAnswer('broken');
    await expect(append()).rejects.toBeInstanceOf(UnavailableError);
    expect(fake.log.stream('a')).toHaveLength(1);
    expect(await append()).toMatchObject({ success: true, nextExpectedRevision: 0n });
    expect(fake.log.stream('a')).toHaveLength(1);
  });

  describe('put back to a copy', () => {
    const positions = async () =>
      (await all(client.readStream('a'))).map(({ event }) => event!.position!.commit);

    it('older: gives the same positions again, to other events, and knows no id of what is gone', async () => {
      await client.appendToStream('a', events(1), PLAIN);
      const copy = fake.copy();
      const lost = events(2, 'Lost');
      await client.appendToStream('a', lost, PLAIN);
      const before = await positions();
      fake.putBack(copy);
      expect(await positions()).toEqual(before.slice(0, 1));
      // The same ids are new again: a server knows the ids of what it holds.
      await client.appendToStream('a', lost, { expectedRevision: 0n, ...PLAIN });
      expect(await positions()).toEqual(before);
      fake.putBack(copy);
      await client.appendToStream('a', events(2, 'Other'), { expectedRevision: 0n, ...PLAIN });
      expect(await positions()).toEqual(before.map((each, i) => (i < 2 ? each : expect.any(BigInt))));
      expect((await all(client.readStream('a'))).map(({ event }) => event!.type)).toEqual([
        'Tested',
        'Other',
        'Other',
      ]);
    });

    it('younger: goes on behind it; the copy itself never changes', async () => {
      await client.appendToStream('a', events(1), PLAIN);
      const older = fake.copy();
      await client.appendToStream('a', events(2), PLAIN);
      const younger = fake.copy();
      fake.putBack(older);
      await client.appendToStream('a', events(5, 'Other'), PLAIN);
      fake.putBack(younger);
      await client.appendToStream('a', events(1, 'Behind'), { expectedRevision: 2n, ...PLAIN });
      expect((await all(client.readStream('a'))).map(({ event }) => event!.type)).toEqual([
        'Tested',
        'Tested',
        'Tested',
        'Behind',
      ]);
      fake.putBack(younger);
      expect(await positions()).toHaveLength(3);
    });

    it('ends subscriptions, and fails what was under way', async () => {
      const slow = await FakeEventStoreDb.start({ beside: fake, commitMillis: 200 });
      slow.lead();
      const copy = fake.copy();
      const dropped = client.subscribeToStream('a');
      const outcome = expect(all(dropped)).rejects.toBeInstanceOf(UnavailableError);
      await until(() => fake.subscribers > 0);
      const toSlow = EventStoreDBClient.connectionString(slow.connectionString);
      const append = expect(toSlow.appendToStream('b', events(1), PLAIN)).rejects.toBeInstanceOf(
        UnavailableError,
      );
      // Placed, and not committed yet.
      await until(() => slow.copy().streams.has('b'));
      fake.putBack(copy);
      await Promise.all([outcome, append]);
      expect(fake.log.stream('b')).toHaveLength(0);
      await toSlow.dispose();
      await slow.stop();
    });
  });

  it('is found by discovery', async () => {
    const discovering = EventStoreDBClient.connectionString(
      `esdb+discover://127.0.0.1:${fake.port}?tls=false`,
    );
    const id = randomUUID();
    await discovering.appendToStream('a', jsonEvent({ id, type: 'Tested', data: {} }));
    expect(fake.calls('gossip')).toBe(1);
    expect(fake.log.stream('a')[0]!.id).toBe(id);
    await discovering.dispose();
  });
});

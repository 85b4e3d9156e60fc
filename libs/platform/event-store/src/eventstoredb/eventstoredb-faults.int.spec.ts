import { until } from '@smartkey/testing';
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { FakeEventStoreDb } from '@smartkey/testing/eventstoredb';
import { eventsOf, freshStream, testEvent } from '../contract/tested-log.contract.ts';
import { EventStoreUnavailableError, verifyStream } from '../index.ts';
import { appendTo, LogsUnderTest } from './eventstoredb-log.fixture.ts';
import { EVENTSTOREDB_TIMES } from './eventstoredb-times.ts';
import { AlteredStreamError } from './stream-appender.ts';

const BEFORE = '2018-01-01T00:00:00.000Z';

describe('a log in EventStoreDB, when the server fails', () => {
  const logs = LogsUnderTest.ready();
  /** Appends to the server but for the one by which the log was begun. */
  const appendCalls = () => logs.fake.calls('append') - 1;

  describe('appends', () => {
    it.each(['broken', 'silent'] as const)(
      'again with the same ids where the answer is lost (%s): stored once, told as the first',
      async (how) => {
        const one = await logs.open();
        logs.fake.loseNextAppendAnswer(how);
        const stream = freshStream();
        expect(await appendTo(one, stream, BEFORE, 3)).toMatchObject({ revision: 2, repeated: false });
        expect(appendCalls()).toBeGreaterThanOrEqual(2);
        const stored = await one.store.readStream(stream);
        expect(stored).toHaveLength(3);
        expect(verifyStream(stored)).toBeUndefined();
      },
    );

    it('again where the node is not ready', async () => {
      const one = await logs.open();
      logs.fake.failNextAppend();
      logs.fake.failNextAppend();
      expect(await appendTo(one, freshStream())).toMatchObject({ revision: 0, repeated: false });
      expect(appendCalls()).toBeGreaterThanOrEqual(3);
    });

    it('as the first what another instance repeats before the answer is there', async () => {
      const [one, two] = [await logs.open(), await logs.open()];
      logs.fake.loseNextAppendAnswer('silent');
      const stream = freshStream();
      const first = appendTo(one, stream);
      await until(() => logs.fake.log.stream(`${logs.log}/${stream}`).length > 0);
      expect(await appendTo(two, stream)).toMatchObject({ repeated: true });
      expect(await first).toMatchObject({ repeated: false });
      expect(await one.store.readStream(stream)).toHaveLength(1);
    });

    it('by the plain call only, though the server offers batches', async () => {
      const one = await logs.open();
      await appendTo(one, freshStream());
      expect(appendCalls()).toBeGreaterThanOrEqual(1);
      expect(logs.fake.calls('batchAppend') + logs.fake.calls('features')).toBe(0);
    });

    it('undisturbed by another store in the process, whose server fails', async () => {
      const failing = await FakeEventStoreDb.start();
      const another = { fake: failing, databaseUrl: await logs.createDatabase() };
      const [one, other] = [await logs.open(), await logs.open(another)];
      const held = logs.fake.holdNextAppend();
      const stream = freshStream();
      const first = appendTo(one, stream);
      await held.arrived;
      failing.failNextAppend();
      const second = appendTo(other, stream);
      await until(() => failing.calls('append') >= 3);
      held.release();
      expect(await first).toMatchObject({ revision: 0, repeated: false });
      expect(await second).toMatchObject({ revision: 0, repeated: false });
      await failing.stop();
    });

    it('nothing that is larger than the server takes, and leaves its ids free', async () => {
      const small = await FakeEventStoreDb.start({ maxAppendBytes: 2_000 });
      const one = await logs.open({ fake: small });
      const stream = freshStream();
      const large = testEvent(stream, { text: 'x'.repeat(3_000) });
      await expect(one.store.append({ stream, expected: 'any', events: [large] })).rejects.toThrow(
        /Maximum Append Size/,
      );
      expect(await appendTo(one, stream)).toMatchObject({ revision: 0 });
      const other = freshStream();
      const again = { ...large, data: {} };
      expect(await one.store.append({ stream: other, expected: 'any', events: [again] })).toMatchObject({
        revision: 0,
      });
      await logs.closeAll();
      await small.stop();
    });
  });

  describe('a server that is silent', () => {
    it('is not waited for without end: the call is refused as unavailable, and nothing is stored', async () => {
      const one = await logs.open();
      logs.fake.fallSilent();
      const stream = freshStream();
      await expect(appendTo(one, stream)).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await expect(one.store.readAll({ after: 0n, limit: 1 })).rejects.toBeInstanceOf(
        EventStoreUnavailableError,
      );
      await expect(one.store.check()).rejects.toBeInstanceOf(EventStoreUnavailableError);
      logs.fake.speakAgain();
      expect(await one.store.readStream(stream)).toEqual([]);
      await one.store.check();
      expect(await appendTo(one, stream)).toMatchObject({ revision: 0, repeated: false });
    });
  });

  describe('a leader that is frozen', () => {
    it('costs neither an append nor a read its end: another is looked for, with the times of every day', async () => {
      const other = await FakeEventStoreDb.start({ beside: logs.fake });
      const fake = { connectionString: logs.fake.clusterConnectionString };
      const one = await logs.open({ fake, times: EVENTSTOREDB_TIMES });
      const stream = freshStream();
      await appendTo(one, stream);
      logs.fake.fallSilent();
      other.lead();
      const read = one.store.readStream(stream);
      expect(await appendTo(one, freshStream())).toMatchObject({ revision: 0, repeated: false });
      expect(await read).toHaveLength(1);
      // Back again, it sends everybody on to the one that leads now.
      logs.fake.speakAgain();
      const later = eventsOf(stream, 1, '/later');
      expect(await one.store.append({ stream, expected: 0, events: later })).toMatchObject({ revision: 1 });
      await logs.closeAll();
      await other.stop();
    });

    it('is not looked for where a single call was slow', async () => {
      const other = await FakeEventStoreDb.start({ beside: logs.fake });
      const one = await logs.open({ fake: { connectionString: logs.fake.clusterConnectionString } });
      const asked = logs.fake.calls('gossip') + other.calls('gossip');
      for (let i = 0; i < 3; i += 1) {
        logs.fake.loseNextAppendAnswer('silent');
        await appendTo(one, freshStream());
      }
      expect(logs.fake.calls('gossip') + other.calls('gossip')).toBe(asked);
      await logs.closeAll();
      await other.stop();
    });
  });

  describe('a stream that somebody has deleted on the server', () => {
    const deleting = async (how: 'deleteStream' | 'tombstoneStream', stream: string) => {
      const client = EventStoreDBClient.connectionString(logs.fake.connectionString);
      await client[how](`${logs.log}/${stream}`);
      await client.dispose();
    };

    it('takes no event unnoticed in a place that is not its own', async () => {
      const one = await logs.open();
      const stream = freshStream();
      await appendTo(one, stream);
      await deleting('deleteStream', stream);
      const append = one.store.append({ stream, expected: 'any', events: eventsOf(stream, 1, '/later') });
      await expect(append).rejects.toBeInstanceOf(AlteredStreamError);
      await expect(append).rejects.toThrow(/deleted or truncated .* revision 0 .* revision 1/);
    });

    it('takes none at all where it is gone for ever', async () => {
      const one = await logs.open();
      const stream = freshStream();
      await appendTo(one, stream);
      await deleting('tombstoneStream', stream);
      const append = one.store.append({ stream, expected: 'any', events: eventsOf(stream, 1, '/later') });
      await expect(append).rejects.toMatchObject({ type: 'stream-deleted' });
    });
  });

  describe('reading', () => {
    it('sees nothing of other logs on the server, and passes over what they hold', async () => {
      const [one, other] = [
        await logs.open(),
        await logs.open({ log: `${logs.log}2`, databaseUrl: await logs.createDatabase() }),
      ];
      const first = await appendTo(one, freshStream());
      for (let i = 0; i < 40; i += 1) await appendTo(other, freshStream());
      const page = await one.store.readAll({ after: 0n, limit: 10 });
      expect(page.events).toEqual(first.events);
      expect(page.upTo).toBe(first.position);
      const reads = logs.fake.calls('read');
      expect(await one.store.readAll({ after: page.upTo, limit: 10 })).toEqual({
        events: [],
        upTo: page.upTo,
      });
      // The end of the log is all that had to be looked at.
      expect(logs.fake.calls('read')).toBe(reads + 1);
      expect(await one.store.settledPosition()).toBe(page.upTo);
      expect(await one.store.lastPosition()).toBe(page.upTo);
    });

    it('goes on from its own last event, whose next may get the place of another log’s that the server has lost', async () => {
      const [one, other] = [
        await logs.open(),
        await logs.open({ log: `${logs.log}2`, databaseUrl: await logs.createDatabase() }),
      ];
      await appendTo(one, freshStream());
      const copy = logs.fake.copy();
      const large = (stream: string) =>
        other.store.append({
          stream,
          expected: 'any',
          events: eventsOf(stream, 1).map((event) => ({ ...event, data: { text: 'x'.repeat(600_000) } })),
        });
      for (let i = 0; i < 3; i += 1) await large(freshStream());
      const read = await one.store.readAll({ after: 0n, limit: 10 });
      const places = [read.upTo, await one.store.settledPosition(), await one.store.lastPosition()];
      // What is known to be others' is not looked through again.
      await appendTo(other, freshStream());
      const reads = logs.fake.calls('read');
      expect((await one.store.readAll({ after: read.upTo, limit: 10 })).events).toEqual([]);
      expect(logs.fake.calls('read')).toBe(reads + 3);
      logs.fake.putBack(copy);
      const next = await appendTo(one, freshStream());
      for (const after of places)
        expect((await one.store.readAll({ after, limit: 10 })).events).toEqual(next.events);
      // The server has grown past what was known of the others, and that is not there any more.
      for (let i = 0; i < 4; i += 1) await large(freshStream());
      expect((await one.store.readAll({ after: read.upTo, limit: 10 })).events).toEqual(next.events);
    });

    it('stops at an event that something else has written, and names it', async () => {
      const one = await logs.open();
      const foreign = { type: 'Odd', contentType: 'application/json', data: Buffer.from('{}') };
      logs.fake.log.append(`${logs.log}/odd`, 'any', [
        { ...foreign, id: randomUUID(), customMetadata: new Uint8Array() },
      ]);
      await expect(one.store.readAll({ after: 0n, limit: 10 })).rejects.toThrow(
        /event 0 of .*\/odd was written by something else/,
      );
    });

    it('goes on where the nodes cannot be found for a while: no failure of the client’s own ends the process', async () => {
      const { port } = logs.fake;
      const options = '?tls=false&maxDiscoverAttempts=1&discoveryInterval=10&gossipTimeout=1';
      const one = await logs.open({
        fake: { connectionString: `esdb+discover://127.0.0.1:${port}${options}` },
      });
      const unheard: unknown[] = [];
      const note = (error: unknown) => void unheard.push(error);
      process.on('unhandledRejection', note);
      await logs.fake.stop();
      await expect(one.store.check()).rejects.toBeInstanceOf(EventStoreUnavailableError);
      await expect(appendTo(one, freshStream())).rejects.toBeInstanceOf(EventStoreUnavailableError);
      logs.fake = await FakeEventStoreDb.start({ port });
      await until(() =>
        one.store.check().then(
          () => true,
          () => false,
        ),
      );
      process.off('unhandledRejection', note);
      expect(unheard).toEqual([]);
    });

    it.each([
      ['by a name', (port: number) => `esdb+discover://127.0.0.1:${port}?tls=false`],
      [
        'by a list, of which the first is down',
        (port: number) => `esdb://127.0.0.1:9,127.0.0.1:${port}?tls=false`,
      ],
    ])('finds the node by discovery, %s', async (_how, connectionString) => {
      const discovering = { connectionString: connectionString(logs.fake.port) };
      const one = await logs.open({ fake: discovering });
      expect(await appendTo(one, freshStream())).toMatchObject({ revision: 0 });
      expect(logs.fake.calls('gossip')).toBeGreaterThan(0);
    });
  });

  describe('the appends of other instances', () => {
    it.each(['error', 'end'] as const)(
      'are told, each once, also those made while the subscription was down (%s)',
      async (how) => {
        const [one, two] = [await logs.open(), await logs.open()];
        await until(() => logs.fake.subscribers === 2);
        let told = 0;
        one.store.onAppended(() => (told += 1));
        await appendTo(two, freshStream());
        await until(() => told === 1);
        logs.fake.dropSubscriptions(how);
        expect(logs.fake.subscribers).toBe(0);
        await appendTo(two, freshStream(), undefined, 2);
        await until(() => told >= 3);
        await until(() => logs.fake.subscribers === 2);
        await appendTo(two, freshStream());
        await until(() => told >= 4);
        expect(told).toBe(4);
      },
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, openPglite, type DatabaseServer } from '@smartkey/database';
import { createEventStore, type EventStore } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { systemActor } from '@smartkey/kernel';
import { StoreLogFeed } from './log-feed.ts';
import { PublishedWatermark, WATERMARK_MIGRATION } from './published-watermark.ts';

const NOW = '2018-01-01T00:00:00.000Z' as const;
let server: DatabaseServer;
let schemas = 0;

beforeAll(async () => {
  server = await openPglite(undefined);
});
afterAll(() => server.close());

/** A log of its own with the feed of it. @param silent the store does not tell with a page which incarnation it is of, as EventStoreDB. */
async function logWithFeed(
  silent: boolean,
): Promise<{ store: EventStore; feed: StoreLogFeed; watermark: PublishedWatermark }> {
  const database = await server.database(`feed_${(schemas += 1)}`);
  await migrate(database, [WATERMARK_MIGRATION], 'runtime');
  const store = await createEventStore(database, { now: () => NOW });
  const watermark = new PublishedWatermark(database);
  if (silent) {
    const readAll = store.readAll.bind(store);
    store.readAll = async (options) => {
      const { events, upTo } = await readAll(options);
      return { events, upTo };
    };
  }
  return {
    store,
    watermark,
    feed: new StoreLogFeed(
      'contract',
      store,
      ({ type, version, data }) => ({ type, version, data }),
      watermark,
    ),
  };
}

const one = (stream: string) => ({
  stream,
  expected: 'any' as const,
  events: [
    {
      id: derivedUuid('log-feed', stream),
      type: 'Happened',
      version: 1,
      data: {},
      metadata: { commandId: stream, actor: systemActor('spec'), termsVersion: '2018-01-01' },
      occurredAt: NOW,
    },
  ],
});

describe.each([
  ['that tells it with each page', false],
  ['that does not tell it with a page', true],
] as const)('the incarnation of an event, from a store %s', (_, silent) => {
  it('is the one that it was appended in, also right after a loss was accepted', async () => {
    const { store, feed } = await logWithFeed(silent);
    await store.append(one('contract-a'));
    const before = await feed.read({ after: 0n, limit: 10 });
    expect(before.messages.map(({ stream, incarnation = 1 }) => [stream, incarnation])).toEqual([
      ['contract-a', 1],
    ]);
    const lost = { position: 1n << 40n, id: derivedUuid('log-feed', 'lost'), hash: 'ab'.repeat(32) };
    await store.standing.enter(
      [
        {
          reader: 'billing/ledger/0',
          known: { ...lost, stream: 'contract-lost', revision: 0, incarnation: 1 },
          detail: 'it was read',
        },
      ],
      await store.last(),
    );
    await store.standing.propose('anna', 'the disk is gone');
    await store.standing.accept('ben');
    await store.appendRestored(one('log-contract'));
    await store.append(one('contract-b'));
    const after = await feed.read({ after: 0n, limit: 10 });
    expect(after.messages.map(({ stream, incarnation = 1 }) => [stream, incarnation])).toEqual([
      ['contract-a', 1],
      ['log-contract', 2],
      ['contract-b', 2],
    ]);
  });
});

it('shows a promise that a version before made of a place behind the last event, once all events are shown', async () => {
  const { store, feed, watermark } = await logWithFeed(false);
  const { position } = await store.append(one('contract-a'));
  const last = await store.append(one('contract-b'));
  await watermark.publish(NOW, last.position + 1_000n);
  expect((await feed.read({ after: 0n, limit: 1 })).watermark).toBeUndefined();
  const page = await feed.read({ after: position, limit: 2 });
  expect(page.watermark).toEqual({ instant: NOW, position: last.position });
});

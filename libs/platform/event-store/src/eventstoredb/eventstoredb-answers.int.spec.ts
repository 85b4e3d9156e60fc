import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@smartkey/testing';
import { eventsOf, freshStream } from '../contract/tested-log.contract.ts';
import { verifyStream } from '../index.ts';
import { EventStoreDbConnection } from './eventstoredb-connection.ts';
import { appendTo, LogsUnderTest, SHORT, type OpenedLog } from './eventstoredb-log.fixture.ts';

/** One event, another each time. */
const append = (one: OpenedLog, stream: string, expected: 'no-stream' | number) =>
  one.store.append({ stream, expected, events: eventsOf(freshStream(), 1) });

/** A lease that a busy machine does not lose. */
const times = { ...SHORT, lease: 60_000 };

describe('what the server answers of an append', () => {
  const logs = LogsUnderTest.ready();
  afterEach(() => void jest.restoreAllMocks());

  /** With its subscription, which is a read as well. */
  async function opened(): Promise<OpenedLog> {
    const before = logs.fake.subscribers;
    const one = await logs.open({ times });
    await until(() => logs.fake.subscribers > before);
    return one;
  }

  /** How many reads a call costs. */
  async function readsOf(work: () => Promise<unknown>): Promise<number> {
    const before = logs.fake.calls('read');
    await work();
    return logs.fake.calls('read') - before;
  }

  it('is compared once with what is read, and tells the position from then on', async () => {
    const one = await opened();
    expect(await readsOf(() => append(one, freshStream(), 'no-stream'))).toBe(1);
    const stream = freshStream();
    const reads = await readsOf(async () => {
      expect(await append(one, stream, 'no-stream')).toMatchObject({ revision: 0, repeated: false });
    });
    expect(reads).toBe(0);
    // The head of the stream is looked for, and no more.
    expect(await readsOf(() => append(one, stream, 0))).toBe(1);
  });

  it('gives the same result as reading it back', async () => {
    const one = await opened();
    await append(one, freshStream(), 'no-stream');
    const stream = freshStream();
    const results = [await append(one, stream, 'no-stream'), await append(one, stream, 0)];
    const stored = await one.store.readStream(stream);
    expect(results.flatMap(({ events }) => events)).toEqual(stored);
    expect(results.map(({ revision, position }) => [revision, position])).toEqual(
      stored.map(({ revision, position }) => [revision, position]),
    );
    expect(verifyStream(stored)).toBeUndefined();
  });

  it('is not enough for several events, whose positions are several', async () => {
    const one = await opened();
    await append(one, freshStream(), 'no-stream');
    const stream = freshStream();
    const reads = await readsOf(() =>
      one.store.append({ stream, expected: 'no-stream', events: eventsOf(stream, 2) }),
    );
    expect(reads).toBe(1);
  });

  it('is not believed where its position is another than that of the event', async () => {
    const { append: told } = EventStoreDbConnection.prototype;
    jest.spyOn(EventStoreDbConnection.prototype, 'append').mockImplementation(async function (
      this: EventStoreDbConnection,
      ...given
    ) {
      const answer = await told.apply(this, given);
      answer.getSuccess()?.getPosition()?.setCommitPosition('1');
      return answer;
    });
    const one = await opened();
    for (let n = 0; n < 3; n += 1) {
      const stream = freshStream();
      const { position } = await append(one, stream, 'no-stream');
      expect(position).toBe((await one.store.readStream(stream))[0]!.position);
    }
  });

  it('is not enough where somebody else has claimed the same events', async () => {
    const [one, two] = [await opened(), await opened()];
    await append(one, freshStream(), 'no-stream');
    await append(two, freshStream(), 'no-stream');
    const stream = freshStream();
    const first = await appendTo(one, stream);
    expect(await appendTo(two, stream)).toMatchObject({ repeated: true, position: first.position });
  });

  it('is not enough where the server goes on behind what was deleted', async () => {
    const one = await opened();
    await append(one, freshStream(), 'no-stream');
    const stream = freshStream();
    await append(one, stream, 'no-stream');
    logs.fake.log.delete(`${logs.log}/${stream}`);
    const others = eventsOf(freshStream(), 1);
    await expect(one.store.append({ stream, expected: 'no-stream', events: others })).rejects.toThrow(
      'was deleted or truncated on the server',
    );
  });

  it('claims the ids of many streams by one statement', async () => {
    const one = await opened();
    const statements: string[] = [];
    const { query } = one.database;
    jest.spyOn(one.database, 'query').mockImplementation(function (this: typeof one.database, text, values) {
      statements.push(text);
      return query.call(this, text, values) as never;
    });
    const appends = Array.from({ length: 150 }, () => {
      const stream = freshStream();
      return { stream, expected: 'no-stream', events: eventsOf(stream, 1) } as const;
    });
    const outcomes = await one.store.appendMany(appends);
    expect(outcomes.filter((outcome) => !(outcome instanceof Error))).toHaveLength(150);
    expect(statements.filter((text) => text.includes('INSERT INTO event_claims'))).toHaveLength(1);
  });
});

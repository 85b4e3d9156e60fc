import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  streamNameFilter,
  type ReadStreamOptions,
} from '@eventstore/db-client';
import { FakeEventStoreDb } from './fake-eventstoredb.ts';
import { RawAppender } from './raw-append.fixture.ts';
import { until } from '../until.ts';
import { RECORDED_ANSWERS } from './recorded-answers.fixture.ts';

const MEBIBYTE = 1_048_576;
const spaces = (count: number) => Buffer.alloc(count, ' ');
const pause = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis));

/** The headers that every answer has, whatever it says. */
const COMMON = /date|server|content/;

interface Failure {
  readonly type?: string;
  readonly code?: number;
  readonly message: string;
  readonly metadata?: { getMap(): Record<string, unknown> };
}

function failed({ type = '', code, message, metadata }: Failure): string {
  const words = [`ERR ${type}`, String(code), message.slice(0, 120)];
  if (metadata !== undefined)
    words.push(
      Object.keys(metadata.getMap())
        .filter((name) => !COMMON.test(name))
        .sort()
        .join(','),
    );
  return words.join(' | ');
}

const asNumbers = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

/** Asked in this order: what one leaves behind is the next one's ground. */
const QUESTIONS: readonly ((asked: Asked) => Promise<unknown>)[] = [
  ({ append }) => append('e', 'no-stream', []),
  ({ append, ids: [a, b] }) => append('a', 'no-stream', [{ id: a }, { id: b }]),
  ({ append, ids: [a, b] }) => append('a', 'no-stream', [{ id: a }, { id: b }]),
  ({ append, ids: [a, b] }) => append('a', 'any', [{ id: a }, { id: b }]),
  ({ append, ids: [a, b] }) => append('a', 1, [{ id: a }, { id: b }]),
  ({ append, ids: [a] }) => append('a', 'no-stream', [{ id: a }]),
  ({ append, ids: [, b] }) => append('a', 'no-stream', [{ id: b }]),
  ({ append, ids: [, b] }) => append('a', 0, [{ id: b }]),
  ({ append, ids: [a, b, c] }) => append('a', 'no-stream', [{ id: a }, { id: b }, { id: c }]),
  ({ append, ids: [, b, c] }) => append('a', 'any', [{ id: b }, { id: c }]),
  ({ append, ids: [a, b] }) => append('a', 'no-stream', [{ id: b }, { id: a }]),
  ({ append }) => append('a', 'no-stream', [{}]),
  ({ append }) => append('a', 5, [{}]),
  ({ append }) => append('a', 0, [{}]),
  ({ append, ids: [, , c] }) => append('a', 'stream-exists', [{ id: c }]),
  ({ append, ids: [, , c] }) => append('a', 'stream-exists', [{ id: c }]),
  ({ append }) => append('none', 'stream-exists', [{}]),
  ({ append }) => append('none2', 0, [{}]),
  ({ append, ids: [a] }) => append('b', 'no-stream', [{ id: a }]),
  ({ append, ids: [, , , d] }) => append('c', 'no-stream', [{ id: d }, { id: d }]),
  ({ read }) => read('c'),
  ({ raw }) => raw.append('', 'any', [{}]),
  ({ append }) => append('d', 'any', [{ type: null }]),
  ({ append }) => append('d', 'any', [{ contentType: null }]),
  ({ append }) => append('d', 'any', [{ data: Buffer.from('{x') }]),
  ({ raw, prefix }) => raw.append(`$${prefix}sys`, 'any', [{}]),
  ({ append }) => append('n'.repeat(1_000), 'any', [{}]),
  ({ append }) => append('big', 'any', [{ data: spaces(MEBIBYTE + 1) }]),
  ({ append }) => append('big17', 'any', new Array(17).fill({ data: spaces(MEBIBYTE) })),
  ({ append }) => append('many', 'no-stream', new Array(3_000).fill({})),
  ({ read }) => read('nothing'),
  ({ read }) => read('a', { fromRevision: 10n }),
  ({ read }) => read('a', { direction: BACKWARDS, fromRevision: END, maxCount: 2 }),
  ({ read }) => read('a', { direction: BACKWARDS, fromRevision: 100n, maxCount: 2 }),
  ({ read }) => read('a', { fromRevision: END }),
  ({ read }) => read('a', { maxCount: 0 }),
  async ({ client, prefix }) => 'position' in (await client.deleteStream(`${prefix}b`)),
  ({ read }) => read('b'),
  ({ append }) => append('b', 'no-stream', [{}]),
  ({ read }) => read('b'),
  async ({ client, prefix }) => 'position' in (await client.tombstoneStream(`${prefix}c`)),
  ({ append }) => append('c', 'any', [{}]),
  ({ read }) => read('c'),
  async ({ client }) => {
    let count = 0;
    for await (const _event of client.readAll({ maxCount: 10, direction: BACKWARDS, fromPosition: END }))
      count += 1;
    return count;
  },
  async ({ client, prefix, append }) => {
    const heard: string[] = [];
    const subscription = client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [`${prefix}sub`], checkpointInterval: 1 }),
    });
    subscription.on('data', ({ event }) => heard.push(event!.type));
    subscription.on('error', () => undefined);
    await pause(200);
    await append('sub', 'any', [{ type: 'x1' }, { type: 'x2' }]);
    await append('other', 'any', [{ type: 'no' }]);
    await append('sub2', 'any', [{ type: 'x3' }]);
    await until(() => heard.length >= 3);
    await subscription.unsubscribe();
    return heard;
  },
  async ({ append }) => {
    const id = randomUUID();
    const ends = await Promise.allSettled([1, 2, 3].map(() => append('fl', 'no-stream', [{ id }])));
    return ends.map((end) =>
      end.status === 'fulfilled' ? end.value : `${end.reason.code} ${end.reason.details}`,
    );
  },
  async ({ append }) => {
    const answers = await Promise.all([1, 2, 3].map(() => append('fl2', 'no-stream', [{}])));
    return answers.map((answer) => JSON.stringify(answer)).sort();
  },
  ({ append }) => append('rl', 'any', [{}], { 'requires-leader': 'true' }),
  async ({ client, prefix }) => {
    let kinds;
    for await (const { commitPosition, event } of client.readStream(`${prefix}a`, { maxCount: 1 }))
      kinds = { commit: typeof commitPosition, ev: typeof event?.position?.commit };
    return kinds;
  },
  ({ append }) => append('em', 'any', [{ data: new Uint8Array() }]),
  ({ append }) => append('em2', 'any', [{ metadata: Buffer.from('x') }]),
  ({ append }) => append('u', 'any', [{ id: 'abc' }]),
];

class Asked {
  readonly prefix = `p${randomUUID().slice(0, 8)}-`;
  readonly ids = [1, 2, 3, 4].map(() => randomUUID()) as [string, string, string, string];
  constructor(
    readonly raw: RawAppender,
    readonly client: EventStoreDBClient,
  ) {}

  readonly append = (
    stream: string,
    ...rest: Parameters<RawAppender['append']> extends [string, ...infer Rest] ? Rest : never
  ) => this.raw.append(this.prefix + stream, ...rest);

  readonly read = async (stream: string, options: ReadStreamOptions = {}) => {
    const revisions: bigint[] = [];
    for await (const { event } of this.client.readStream(this.prefix + stream, options))
      revisions.push(event!.revision);
    return revisions;
  };

  async answer(question: (asked: Asked) => Promise<unknown>): Promise<string> {
    const answered = await question(this).catch((error: Failure) => failed(error));
    return JSON.stringify(answered, asNumbers).replaceAll(this.prefix, 'P-');
  }
}

describe('the fake EventStoreDB, asked what a real one was asked', () => {
  let fake: FakeEventStoreDb;
  let asked: Asked;
  beforeAll(async () => {
    // A commit that takes its time, so that what is asked at once meets it under way.
    fake = await FakeEventStoreDb.start({
      maxAppendBytes: 16_767_216,
      commitMillis: 40,
      commitTimeoutMillis: 300,
    });
    const url = fake.connectionString;
    asked = new Asked(
      new RawAppender(/\/\/([^/?]+)/.exec(url)![1]!),
      EventStoreDBClient.connectionString(url),
    );
  });
  afterAll(async () => {
    await asked.client.dispose();
    asked.raw.close();
    await fake.stop();
  });

  it('is asked everything', () => {
    expect(RECORDED_ANSWERS).toHaveLength(52);
    expect(QUESTIONS).toHaveLength(52);
  });

  it.each(
    RECORDED_ANSWERS.map((line) => /^(\d+) (.*?): (.*)$/.exec(line)!.slice(1) as [string, string, string]),
  )('%s %s', async (number, _question, answer) => {
    expect(await asked.answer(QUESTIONS[Number(number) - 1]!)).toBe(answer);
  });

  it('does not start with a larger MaxAppendSize than a server takes', async () => {
    await expect(FakeEventStoreDb.start({ maxAppendBytes: 16_777_216 })).rejects.toThrow(/16767216/);
  });
});

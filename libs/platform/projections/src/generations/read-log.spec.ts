import { describe, expect, it } from '@jest/globals';
import type { Delivery, FeedRequest, LogFeeds } from '@smartkey/event-bus';
import { WrittenLog } from '../log.fixture.ts';
import type { Projector } from '../projector/projector.ts';
import { readLog } from './read-log.ts';

const PARTITIONS = 3;

/** A log in pages of four events, and a generation that takes them in; both say what they are asked for. */
function stage(count: number, marks: readonly bigint[] = [0n, 0n, 0n]) {
  const log = new WrittenLog('contract', 1);
  for (let n = 0; n < count; n += 1) log.append(`stream-${(n * 7) % 5}`, n);
  const course: string[] = [];
  const taken: Delivery[] = [];
  const feeds: LogFeeds = {
    read: async (source, request: FeedRequest) => {
      course.push(`reads behind ${request.after}`);
      return log.read(source, { ...request, limit: 4 });
    },
  };
  const projector = {
    positionOf: async (_source: string, partition: number) => marks[partition]!,
    eventOf: async () => undefined,
    handle: async (delivery: Delivery) => {
      course.push('applies');
      await new Promise(setImmediate);
      taken.push(delivery);
    },
  } as unknown as Projector;
  return { log, feeds, projector, course, taken };
}

describe('reading a log into a generation', () => {
  it('reads it once, in however many partitions it lies on its topic, each linked from message to message', async () => {
    const { log, feeds, projector, course, taken } = stage(10);
    expect(await readLog({ projector, feeds, source: 'contract', of: PARTITIONS })).toBe(10);
    expect(course.filter((each) => each.startsWith('reads'))).toEqual([
      'reads behind 0',
      'reads behind 40',
      'reads behind 80',
    ]);
    expect(taken.flatMap(({ messages }) => messages.map(({ id }) => id)).sort()).toEqual(
      log.messages.map(({ id }) => id).sort(),
    );
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const read = taken.flatMap((each) => (each.partition === partition ? each.messages : []));
      let previous = 0n;
      for (const message of read) {
        expect(message.previous).toBe(previous);
        previous = message.position;
      }
    }
  });

  it('reads on while what it has read is applied', async () => {
    const { feeds, projector, course } = stage(8);
    await readLog({ projector, feeds, source: 'contract', of: 1 });
    expect(course.slice(0, 3)).toEqual(['reads behind 0', 'reads behind 40', 'applies']);
  });

  it('begins at the mark that is furthest behind, and applies nothing twice', async () => {
    const { feeds, projector, course, taken } = stage(10, [60n, 50n, 90n]);
    await readLog({ projector, feeds, source: 'contract', of: PARTITIONS });
    expect(course[0]).toBe('reads behind 50');
    for (const { partition, messages } of taken)
      for (const { position } of messages) expect(position).toBeGreaterThan([60n, 50n, 90n][partition]!);
  });

  it('ends where it is told to, and reads no further', async () => {
    const { feeds, projector, course, taken } = stage(10);
    const ends = new Map([[0, 70n]]);
    expect(await readLog({ projector, feeds, source: 'contract', of: 1, ends })).toBe(7);
    expect(taken.at(-1)!.messages.at(-1)!.position).toBe(70n);
    expect(course.filter((each) => each.startsWith('reads'))).toHaveLength(2);
  });

  it('leaves no reading behind when it is cut short', async () => {
    const { feeds, projector, course } = stage(8);
    let reading = 0;
    const counted: LogFeeds = {
      read: async (...asked) => {
        reading += 1;
        const page = await feeds.read(...asked);
        await new Promise((resolve) => setTimeout(resolve, 20));
        reading -= 1;
        return page;
      },
    };
    projector.handle = () => Promise.reject(new Error('cut short'));
    const work = readLog({ projector, feeds: counted, source: 'contract', of: 1 });
    await expect(work).rejects.toThrow('cut short');
    expect([reading, course.length]).toEqual([0, 2]);
  });

  it('says so where the log ends before that', async () => {
    const { feeds, projector } = stage(3);
    await expect(
      readLog({ projector, feeds, source: 'contract', of: 1, ends: new Map([[0, 90n]]) }),
    ).rejects.toThrow('ends before 90');
  });
});
